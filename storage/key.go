package storage

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const hexDigits = "0123456789ABCDEF"

// timeLayout has the same width for every instant of the years 1 to 9999, so its strings sort as their times do.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// Key joins parts with "/". Within a part "/", "%", control bytes and DEL are written as %XX, so different parts never
// make the same key (only no part and one empty part do) and all keys below some parts lie together; see [Prefix].
//
// Keys sort as bytes, which is the order of their parts only where the parts that differ have the same width or consist
// of bytes above "/" (digits, letters, ":", everything that is not ASCII): "lei-jun/1" comes before "lei/1", because "-"
// comes before "/". Numbers and times that are to sort need a fixed width; see [TimeKey].
func Key(parts ...string) string {
	size := max(len(parts)-1, 0)
	for _, part := range parts {
		size += len(part)
	}
	var b strings.Builder
	b.Grow(size)
	for i, part := range parts {
		if i > 0 {
			b.WriteByte('/')
		}
		escape(&b, part)
	}
	return b.String()
}

// escape writes the bytes between two special ones in one piece: most parts have none.
func escape(b *strings.Builder, part string) {
	plain := 0
	for i := range len(part) {
		c := part[i]
		if !special(c) {
			continue
		}
		b.WriteString(part[plain:i])
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
		plain = i + 1
	}
	b.WriteString(part[plain:])
}

func special(c byte) bool {
	return c == '/' || c == '%' || c < 0x20 || c == 0x7f
}

// SplitKey takes apart what [Key] made. A string that Key does not make is an error.
func SplitKey(key string) ([]string, error) {
	parts := strings.Split(key, "/")
	for i, part := range parts {
		plain, err := unescape(part)
		if err != nil {
			return nil, fmt.Errorf("split key %q: %w", key, err)
		}
		parts[i] = plain
	}
	return parts, nil
}

func unescape(part string) (string, error) {
	i := 0
	for i < len(part) && !special(part[i]) {
		i++
	}
	if i == len(part) {
		return part, nil
	}
	var b strings.Builder
	b.WriteString(part[:i])
	for ; i < len(part); i++ {
		c := part[i]
		if c != '%' {
			if special(c) {
				return "", fmt.Errorf("byte %#02x is not escaped", c)
			}
			b.WriteByte(c)
			continue
		}
		plain, err := unescapeByte(part[i:min(i+3, len(part))])
		if err != nil {
			return "", err
		}
		b.WriteByte(plain)
		i += 2
	}
	return b.String(), nil
}

// unescapeByte accepts only what escape writes, so that a key has one spelling.
func unescapeByte(code string) (byte, error) {
	n, err := strconv.ParseUint(code[1:], 16, 8)
	if err != nil || len(code) != 3 || strings.ToUpper(code) != code || !special(byte(n)) {
		return 0, fmt.Errorf("%q is not an escape", code)
	}
	return byte(n), nil
}

// Prefix returns the range from <= key < to of all keys strictly below the parts: those that have these parts first and
// at least one more. Without parts it is the range of all keys.
func Prefix(parts ...string) (from, to string) {
	if len(parts) == 0 {
		return "", ""
	}
	key := Key(parts...)
	return key + "/", key + "0" // "0" is the byte after "/"
}

// TimeKey writes an instant in UTC, to the nanosecond, with a fixed width: times sort as they pass.
// An instant outside of the years 1 to 9999 is put at the nearer end of them.
func TimeKey(t time.Time) string {
	t = t.UTC()
	switch {
	case t.Year() < 1:
		t = time.Time{}
	case t.Year() > 9999:
		t = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	}
	return t.Format(timeLayout)
}

// ParseTimeKey reads what [TimeKey] wrote, and nothing else.
func ParseTimeKey(s string) (time.Time, error) {
	t, err := time.Parse(timeLayout, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("time in key: %w", err)
	}
	if TimeKey(t) != s {
		return time.Time{}, fmt.Errorf("time in key: %q is not written as it should be", s)
	}
	return t, nil
}
