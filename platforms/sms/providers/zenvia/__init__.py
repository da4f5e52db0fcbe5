"""Zenvia Customer Cloud, and its predecessor TotalVoice as far as bodies still arrive."""
