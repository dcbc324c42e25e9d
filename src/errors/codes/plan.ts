import { defineCodes } from '../define.ts';

export const planCodes = defineCodes({
  'PRN-PLAN-001': {
    title: 'the model file is not valid JSON',
    hint: 'Correct the text at the place shown; comments and trailing commas are allowed, single quotes are not.',
    retryable: false,
  },
  'PRN-PLAN-002': {
    title: 'a key stands twice in the same object',
    hint: 'Keep one of the two; JSON readers silently use the last one.',
    retryable: false,
  },
  'PRN-PLAN-003': {
    title: 'a required key is missing',
    hint: 'Add the key; docs/model-file.md says what it means.',
    retryable: false,
  },
  'PRN-PLAN-004': {
    title: 'a value has the wrong type',
    hint: 'Write the type that the message names; numbers and true/false stand without quotes.',
    retryable: false,
  },
  'PRN-PLAN-005': {
    title: 'a value is not one of those allowed',
    hint: 'Use one of the values that the message lists.',
    retryable: false,
  },
  'PRN-PLAN-006': {
    title: 'a text does not have the form that its place needs',
    hint: 'Durations look like "30s", "48h" or "7d", schedules like "0 6 * * *", names like "flight-delay".',
    retryable: false,
  },
  'PRN-PLAN-007': {
    title: 'a key is not known',
    hint: 'Correct the spelling or remove the key; unknown keys are errors, so that a typo cannot switch a setting off.',
    retryable: false,
  },
  'PRN-PLAN-008': {
    title: 'a number or a count is outside its range',
    hint: 'Use a value in the range that the message names.',
    retryable: false,
  },
  'PRN-PLAN-009': {
    title: 'the lower end of a range is not below its upper end',
    hint: 'Write [lowest, highest]; for one value use { "fixed": value }.',
    retryable: false,
  },
  'PRN-PLAN-010': {
    title: 'a logarithmic range reaches zero or below',
    hint: 'Start the range above zero, or remove "log".',
    retryable: false,
  },
  'PRN-PLAN-011': {
    title: 'a gate has no condition',
    hint: 'Give it "atLeast", "atMost", "between" or "versus": "champion".',
    retryable: false,
  },
  'PRN-PLAN-012': {
    title: 'no value can pass a gate',
    hint: 'Loosen one of the bounds so that at least one value of the metric lies within all of them.',
    retryable: false,
  },
  'PRN-PLAN-013': {
    title: 'a gate compares with nothing, or what has no better side',
    hint: 'Add "versus": "champion" beside "by"; for classBalance use "between".',
    retryable: false,
  },
  'PRN-PLAN-014': {
    title: 'a stage needs a stage that does not exist',
    hint: 'Name a stage of the same plan.',
    retryable: false,
  },
  'PRN-PLAN-015': {
    title: 'stages wait for each other in a circle',
    hint: 'Remove one of the "needs" that the message names, or write the stages in the order in which they run.',
    retryable: false,
  },
  'PRN-PLAN-016': {
    title: 'a stage runs without the stage whose result it uses',
    hint: 'Add the missing stage, or name it in "needs". Training uses a snapshot, evaluation a candidate, approval and roll-out an evaluation.',
    retryable: false,
  },
  'PRN-PLAN-017': {
    title: 'a plan has two stages of a kind that it may have once',
    hint: 'Keep one snapshot and one roll-out; two data sets or two roll-outs are two models.',
    retryable: false,
  },
  'PRN-PLAN-018': {
    title: 'a stage runs on a machine that is not declared',
    hint: 'Declare it under "compute", or write "local".',
    retryable: false,
  },
  'PRN-PLAN-019': {
    title: 'a training of more than an hour on a spot machine saves no checkpoints',
    hint: 'Add "checkpointEvery" to the stage, or "spot": false or "maxHours": 1 to the machine: AWS may take a spot machine back at any time, and all would begin anew.',
    retryable: false,
  },
  'PRN-PLAN-020': {
    title: 'hold-out and validation leave nothing to train on',
    hint: 'Lengthen "window", or shorten "holdout" or "validation".',
    retryable: false,
  },
  'PRN-PLAN-021': {
    title: 'a gate uses a slice that is not computed',
    hint: 'Add the column to "slices" of the same stage; serving metrics have no slices.',
    retryable: false,
  },
  'PRN-PLAN-022': {
    title: 'one column has two roles that exclude each other',
    hint: 'A label among the features leaks the answer; time, id, label, segment and sensitive columns must differ.',
    retryable: false,
  },
  'PRN-PLAN-023': {
    title: 'something that must have entries is empty',
    hint: 'Add at least one entry, or remove the key if it is optional.',
    retryable: false,
  },
  'PRN-PLAN-024': {
    title: 'the weights of a roll-out do not rise to 1',
    hint: 'Make each weight larger than the one before and the last one 1.',
    retryable: false,
  },
  'PRN-PLAN-025': {
    title: 'an approval is over before it is escalated',
    hint: 'Make "escalate.after" shorter than "within".',
    retryable: false,
  },
  'PRN-PLAN-026': {
    title: 'a metric is not known for the task',
    hint: 'Use one of the metrics that the message lists.',
    retryable: false,
  },
  'PRN-PLAN-027': {
    title: 'a webhook is not a safe address',
    hint: 'Use an https URL, $NAME of an environment variable that holds one, or a loopback URL such as http://127.0.0.1:9000/ for trying out.',
    retryable: false,
  },
  'PRN-PLAN-028': {
    title: 'a duration is zero where time is needed',
    hint: 'Write a duration above zero.',
    retryable: false,
  },
  'PRN-PLAN-029': {
    title: 'the same thing is named twice',
    hint: 'Keep one of the two.',
    retryable: false,
  },
  'PRN-PLAN-030': {
    title: 'a roll-out does not wait for an approval of its plan',
    hint: 'Add the approve stage to "needs" of the roll-out, or remove the approve stage.',
    retryable: false,
  },
  'PRN-PLAN-031': {
    title: 'a smoke override changes nothing',
    hint: 'Name a parameter that stands under "parameters" or "sweep.space" of a train stage.',
    retryable: false,
  },
  'PRN-PLAN-032': {
    title: 'a model file was refused',
    hint: 'Run "perennial validate <file>": it shows every mistake with its place.',
    retryable: false,
  },
  'PRN-PLAN-033': {
    title: 'the step of a parameter does not fit into its range',
    hint: 'Make the step smaller than the range; for one value use { "fixed": value }.',
    retryable: false,
  },
  'PRN-PLAN-034': {
    title: 'a parameter depends on one that it cannot depend on',
    hint: 'Name another parameter of the same space that is a "choice", a "fixed" or an "int".',
    retryable: false,
  },
  'PRN-PLAN-035': {
    title: 'parameters depend on each other in a circle',
    hint: 'Remove one of the "when" that the message names.',
    retryable: false,
  },
  'PRN-PLAN-036': {
    title: 'a parameter waits for a value that the other one never has',
    hint: 'Use one of the values that the message lists, of the same type.',
    retryable: false,
  },
  'PRN-PLAN-037': {
    title: 'a grid does not fit the number of trials',
    hint: 'Give every range a "step", or use "sampler": "random".',
    retryable: false,
  },
  'PRN-PLAN-060': {
    title: 'trials shall go on from their checkpoints, and the stage saves none',
    hint: 'Add "checkpointEvery" with a number of steps to the stage, or take "promote" away.',
    retryable: false,
  },
  'PRN-PLAN-061': {
    title: 'trials shall be compared fold by fold, and have too few folds',
    hint: 'Add "crossValidation": { "folds": 3 } or more to the stage, or use another "earlyStopping".',
    retryable: false,
  },
  'PRN-PLAN-070': {
    title: 'segments that cannot be told apart',
    hint: 'Name a feature in data.segmentBy, and in data.segments values of it that differ in their letters and digits.',
    retryable: false,
  },
  'PRN-PLAN-071': {
    title: 'nothing that the plan trains can be rolled out',
    hint: 'Leave the rollout stage out, or have a trainer write model.onnx and leave its "predict" out: gateways answer from ONNX.',
    retryable: false,
  },
  'PRN-PLAN-050': {
    title: 'an approve stage does not say who may approve',
    hint: 'Add "by" with the roles that may, or "auto": true to let the gates alone decide.',
    retryable: false,
  },
  'PRN-PLAN-051': {
    title: 'an entry of "notify" has no address that can be told anything',
    hint: 'Give each entry either "webhook" or "email".',
    retryable: false,
  },
  'PRN-PLAN-052': {
    title: 'the address of a webhook is a secret',
    hint: 'Put the address into an environment variable of the control worker and write "webhook": "$ITS_NAME".',
    retryable: false,
  },
  'PRN-PLAN-041': {
    title: 'a key of a gate does not fit its metric',
    hint: 'Fairness metrics need "groups", missingShare needs "column"; "dryRun" stands beside "any" or "all", not inside.',
    retryable: false,
  },
});
