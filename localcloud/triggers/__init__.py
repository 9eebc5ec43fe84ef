"""What invokes functions by itself: queues that are polled, schedules that fall due."""
