import { defineCodes } from '../define.ts';

export const trainingCodes = defineCodes({
  'PRN-TRAINING-001': {
    title: 'The trainer cannot be started',
    hint: 'Check the command of the train stage and PERENNIAL_PYTHON; `perennial doctor` tries both.',
    retryable: false,
  },
  'PRN-TRAINING-002': {
    title: 'The trainer ended well but its report is missing or malformed',
    hint: 'Write metrics.json into the output folder as docs/trainers.md describes it, as the last thing before exit 0.',
    retryable: false,
  },
  'PRN-TRAINING-003': {
    title: 'The trainer ended well but left no model',
    hint: 'Write model.onnx into the output folder that job.json names, before metrics.json. For what ONNX cannot hold, name a program that answers rows: "predict" of the trainer.',
    retryable: false,
  },
  'PRN-TRAINING-004': {
    title: 'A GPU was asked for and the trainer ended on the CPU',
    hint: 'Check the driver and the CUDA build of the training image, or set the compute of the stage to a machine without GPU.',
    retryable: false,
  },
  'PRN-TRAINING-005': {
    title: 'A command has a placeholder that does not exist',
    hint: "Use {python} for the trainers' interpreter and {here} for the folder of the model file.",
    retryable: false,
  },
  'PRN-TRAINING-006': {
    title: 'The folder of a model file is not there to be sent to a rented machine',
    hint: 'Apply the model file from a folder that the control worker sees under the same path, or put the trainer into the training image and name it as it is called there.',
    retryable: false,
  },
  'PRN-TRAINING-007': {
    title: 'The folder of a model file is too large to be sent to a rented machine',
    hint: 'Move the trainer into a sub-folder without data, such as {here}/trainers/mine.py: only that one is sent. Or put it into the training image and name it as it is called there.',
    retryable: false,
  },
  'PRN-TRAINING-008': {
    title: 'The predict command of a trainer failed',
    hint: 'The message has the end of what it wrote. docs/trainers.md says what it gets; "within" and "memoryGiB" beside it say how long it may take and how much.',
    retryable: false,
  },
  'PRN-TRAINING-009': {
    title: 'The predict command of a trainer ended well without an answer to each row',
    hint: 'Write one Parquet row for each row, in their order: the column "prediction" of a regression, else "p_<class>" for each class of predict.json.',
    retryable: false,
  },
});
