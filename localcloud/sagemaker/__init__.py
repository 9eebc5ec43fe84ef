"""SageMaker as an engine by itself: it imports nothing of the rest."""
