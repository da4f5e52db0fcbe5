"""The flow language: model, validator, pure engine, node types. No I/O, no clock, no Temporal."""
