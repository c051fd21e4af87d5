package schema

// Lines returns the lines of the table by type.
func Lines() map[string]string { return read().lines }
