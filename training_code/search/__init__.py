"""The search for hyperparameters in the preparation's own process, over features in its folder."""
