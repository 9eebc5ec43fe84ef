"""The ports of the pipeline in memory: classes with state that pass the same contract tests."""
