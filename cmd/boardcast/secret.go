package main

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"strings"
)

// maxConfigBytes bounds what is read of a configuration file and of a file that holds a secret.
const maxConfigBytes = 64 << 10

// masked is all that a secret ever prints.
const masked = "***"

// secret is a word that only [secret.Reveal] tells. Every verb of fmt, slog and the encoders write *** for it, set or not.
type secret struct {
	// A function, because fmt prints the fields of a secret that lies in an unexported field without asking its methods.
	reveal func() string
}

// That these are the methods which fmt, the encoders and slog look for, the compiler sees here.
var (
	_ fmt.Formatter          = secret{}
	_ encoding.TextMarshaler = secret{}
	_ slog.LogValuer         = secret{}
)

func newSecret(word string) secret {
	return secret{reveal: func() string { return word }}
}

// Reveal returns the word itself, "" when none is set. Its result goes to the service that asked for it and nowhere else.
func (s secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether no secret is set.
func (s secret) IsZero() bool { return s.Reveal() == "" }

// Format writes *** for every verb but %T and %p, which never come here.
func (secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, masked) // fmt has nowhere to report an error to
}

// MarshalText serves JSON, XML and TOML.
func (secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// LogValue serves slog.
func (secret) LogValue() slog.Value { return slog.StringValue(masked) }

// isToken reports whether a word can stand in an HTTP header as it is: printable ASCII without spaces.
func isToken(word string) bool {
	return word != "" && !strings.ContainsFunc(word, func(r rune) bool { return r <= ' ' || r > '~' })
}

// readSecret reads a secret from a file; line breaks at its end are left out. The mode is the file's. No error holds
// anything of the content, nor a name that may be the secret itself, put where the name of its file belongs.
func readSecret(name string) (secret, fs.FileMode, error) {
	data, mode, err := readSmall(name)
	if err != nil && mayBeSecret(name) {
		return secret{}, 0, errors.New("no such file; write the path of a file that holds the token, never the token itself")
	}
	if err != nil {
		return secret{}, 0, fmt.Errorf("%s: %w", printable(name), err)
	}
	word := strings.TrimRight(string(data), "\r\n")
	if word == "" {
		return secret{}, 0, fmt.Errorf("%s: it is empty; it must hold the token", printable(name))
	}
	if !isToken(word) {
		return secret{}, 0, fmt.Errorf("%s: it must hold %s, and nothing else", printable(name), wordForm)
	}
	return newSecret(word), mode, nil
}

// mayBeSecret reports whether a name is that of no file and looks like a word rather than a path. No token has a slash.
func mayBeSecret(name string) bool {
	_, err := os.Lstat(name)
	return err != nil && !strings.Contains(name, "/")
}

// readSmall reads a file of at most [maxConfigBytes], which may be a pipe. Its errors leave out the name.
func readSmall(name string) ([]byte, fs.FileMode, error) {
	f, err := os.Open(name) //nolint:gosec // whoever starts the program chooses its files
	if err != nil {
		return nil, 0, reason(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, reason(err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxConfigBytes+1))
	if err != nil {
		return nil, 0, reason(err)
	}
	if len(data) > maxConfigBytes {
		return nil, 0, fmt.Errorf("it is larger than %d KiB", maxConfigBytes>>10)
	}
	return data, info.Mode(), nil
}

// reason is a file's error without its name, which may be a secret in the wrong place.
func reason(err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return failed.Err
	}
	return err
}

// othersRead reports whether people other than the owner may read or write a file of this mode.
func othersRead(mode fs.FileMode) bool { return mode.Perm()&0o077 != 0 }

// printable is a name as it is, or quoted if a terminal would not show it so.
func printable(name string) string {
	if quoted := strconv.Quote(name); name == "" || quoted != `"`+name+`"` {
		return quoted
	}
	return name
}
