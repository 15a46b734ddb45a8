package discordsrv

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// length is how long a text is for Discord's limits.
func length(text string) int { return utf8.RuneCountInString(text) }

// strict reads JSON and refuses fields that nobody knows.
func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.More() {
		return &APIError{Status: 400, Code: 50109, Message: "The request body contains invalid JSON."}
	}
	return readable(err)
}

// readable is an error of the decoder in Discord's shape.
func readable(err error) error {
	var api *APIError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &api):
		return api
	case errors.As(err, &kind):
		return invalid(kind.Field, "BASE_TYPE_CONVERT", "Could not interpret %q as %s.", kind.Value, kind.Type)
	case errors.Is(err, io.EOF):
		return invalid("", "BASE_TYPE_REQUIRED", "This field is required")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return invalid(strings.Trim(name, `"`), "UNKNOWN_FIELD", "There is no such field.")
	}
	return &APIError{Status: 400, Code: 50109, Message: "The request body contains invalid JSON."}
}

// optional is a field that may be left out, which is something else than null.
type optional[T any] struct {
	given bool // also as null
	value T
}

// UnmarshalJSON implements [json.Unmarshaler].
func (o *optional[T]) UnmarshalJSON(raw []byte) error {
	o.given = true
	if string(raw) == "null" {
		return nil
	}
	return strict(raw, &o.value)
}
