"""The five providers, one folder each."""
