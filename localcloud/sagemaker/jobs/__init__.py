"""Processing, training, tuning and transform jobs as they run."""
