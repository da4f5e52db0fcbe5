"""What a workflow may ask of the world: one small class per noun, its dependencies injected."""
