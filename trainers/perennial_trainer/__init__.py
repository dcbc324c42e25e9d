"""The trainer contract of Perennial in Python: read the job, load its rows, learn in steps, prove the served file,
report.

A trainer of your own is a script like this (docs/trainers.md tells the contract in words):

    from perennial_trainer import Job, load, run

    def train(job: Job) -> None:
        data = load(job)
        ...

    run(train)
"""

from .answering import Questions, answer
from .checkpoint import Checkpoint, Checkpoints
from .data import ClassLabel, Dataset, Floats, Rows, load
from .encoding import Encoding
from .errors import BadJob, Interrupted, WrongDevice
from .files import write_whole
from .folds import Fold, time_folds
from .graph import Graph
from .job import Feature, Job
from .lifetime import run, stop_requested
from .metrics import evaluate
from .parameters import Choice, Integer, Real, read_parameters
from .progress import log, progress
from .report import write_report
from .stepwise import FINAL, Learner, Learnt, Patience, learn
from .verify import score, verify

__all__ = [
    "FINAL",
    "BadJob",
    "Checkpoint",
    "Checkpoints",
    "Choice",
    "ClassLabel",
    "Dataset",
    "Encoding",
    "Feature",
    "Floats",
    "Fold",
    "Graph",
    "Integer",
    "Interrupted",
    "Job",
    "Learner",
    "Learnt",
    "Patience",
    "Questions",
    "Real",
    "Rows",
    "WrongDevice",
    "answer",
    "evaluate",
    "learn",
    "load",
    "log",
    "progress",
    "read_parameters",
    "run",
    "score",
    "stop_requested",
    "time_folds",
    "verify",
    "write_report",
    "write_whole",
]
