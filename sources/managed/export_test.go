package managed

// Unpack unpacks the policies once more.
func Unpack() map[string]string { return unpack() }
