package graph

// State says how much is known of a value.
type State uint8

// The states of a value. The zero State is Unknown: absence needs evidence.
const (
	Unknown State = iota
	Absent
	Known
)

// String returns "unknown", "absent" or "known".
func (s State) String() string {
	switch s {
	case Known:
		return "known"
	case Absent:
		return "absent"
	case Unknown:
	}
	return "unknown"
}

// Reason says why a value is unknown, in words a reader can act on.
type Reason string

// The reasons that sources and the linker give.
const (
	ReasonNotInInput  Reason = "not in the input"
	ReasonAfterApply  Reason = "known after apply"
	ReasonOneOf       Reason = "one of several candidates"
	ReasonUnattached  Reason = "set by a declaration whose target is not known"
	ReasonMalformed   Reason = "malformed"
	ReasonUnsupported Reason = "unsupported expression"
	ReasonDoubtful    Reason = "set by a declaration that may not be there"
	ReasonTwoWriters  Reason = "two declarations write it"
	ReasonSensitive   Reason = "sensitive"
)

// Value is a T that is known, known to be absent, or unknown for a reason. The zero Value is unknown
// because it is not in the input.
type Value[T any] struct {
	v         T
	state     State
	isDefault bool
	sensitive bool
	reason    Reason
}

// KnownOf returns a known value.
func KnownOf[T any](v T) Value[T] { return Value[T]{v: v, state: Known} }

// DefaultOf returns a value that nobody wrote but that AWS or the provider applies.
func DefaultOf[T any](v T) Value[T] { return Value[T]{v: v, state: Known, isDefault: true} }

// AbsentOf returns a value that its author, or the API, says is not there.
func AbsentOf[T any]() Value[T] { return Value[T]{state: Absent} }

// UnknownOf returns a value that is not known for the reason given.
func UnknownOf[T any](r Reason) Value[T] { return Value[T]{reason: r} }

// Get returns the value and whether it is known.
func (v Value[T]) Get() (T, bool) { return v.v, v.state == Known }

// Or returns the known value, or else the fallback.
func (v Value[T]) Or(fallback T) T {
	if v.state == Known {
		return v.v
	}
	return fallback
}

// State returns whether the value is known, absent or unknown.
func (v Value[T]) State() State { return v.state }

// IsDefault says that the value is known because nobody set it and a default applies.
func (v Value[T]) IsDefault() bool { return v.isDefault }

// Sensitive says that the source marked the value sensitive: it may be reasoned about, never printed.
func (v Value[T]) Sensitive() bool { return v.sensitive }

// Hide returns the value marked as sensitive.
func (v Value[T]) Hide() Value[T] {
	v.sensitive = true
	return v
}

// Reason returns why the value is unknown; it is empty for known and absent values.
func (v Value[T]) Reason() Reason {
	if v.state != Unknown {
		return ""
	}
	if v.reason == "" {
		return ReasonNotInInput
	}
	return v.reason
}

// String never prints the value itself, so that a stray %v cannot leak one. Renderers read it with Get.
func (v Value[T]) String() string {
	if v.state == Unknown {
		return "unknown (" + string(v.Reason()) + ")"
	}
	return v.state.String()
}

// convert carries state and marks of v over to another type; f is called for known values only and
// says whether the value is of the wanted type.
func convert[T, U any](v Value[T], f func(T) (U, bool)) Value[U] {
	out := Value[U]{state: v.state, isDefault: v.isDefault, sensitive: v.sensitive, reason: v.reason}
	if v.state != Known {
		return out
	}
	u, ok := f(v.v)
	if !ok {
		return Value[U]{sensitive: v.sensitive, reason: ReasonMalformed}
	}
	out.v = u
	return out
}
