"""What happens over time: loops and waits only; what a workflow owns is an object in `parts/`."""
