"""Lambda: functions as processes, invoked at once or later, with retries and endings."""
