package telegramsrv

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// maxUpload is what a request has at most, in bytes.
const maxUpload = 50 << 20

// params are the parameters of a call, however they came: as a query, a form, a form with files, or JSON.
type params struct {
	values map[string]string
	files  map[string][]byte
}

// readParams reads the whole request, whether it says how long it is or not.
func readParams(r *http.Request) (params, error) {
	p := params{values: map[string]string{}, files: map[string][]byte{}}
	for name, values := range r.URL.Query() {
		p.values[name] = values[0]
	}
	if r.Body == nil {
		return p, nil
	}
	defer r.Body.Close()
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	switch kind {
	case "application/json":
		err = p.readJSON(r.Body)
	case "multipart/form-data":
		err = p.readMultipart(r)
	default:
		err = p.readForm(r)
	}
	return p, err
}

// readJSON takes the fields of an object; what is no string is kept as its JSON, as it would come in a form.
func (p params) readJSON(body io.Reader) error {
	var fields map[string]json.RawMessage
	err := json.NewDecoder(io.LimitReader(body, maxUpload)).Decode(&fields)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return badRequest("can't parse JSON object")
	}
	for name, raw := range fields {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		p.values[name] = text
	}
	return nil
}

func (p params) readForm(r *http.Request) error {
	r.Body = io.NopCloser(io.LimitReader(r.Body, maxUpload))
	if r.Header.Get("Content-Type") == "" {
		_, err := io.Copy(io.Discard, r.Body)
		return unreadable(err)
	}
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	for name, values := range r.PostForm {
		p.values[name] = values[0]
	}
	return nil
}

func (p params) readMultipart(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return unreadable(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		content, err := io.ReadAll(io.LimitReader(part, maxUpload+1))
		if err != nil {
			return unreadable(err)
		}
		if len(content) > maxUpload {
			return &APIError{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
		}
		if part.FileName() != "" {
			p.files[part.FormName()] = content
			continue
		}
		p.values[part.FormName()] = string(content)
	}
}

func unreadable(err error) error {
	if err == nil {
		return nil
	}
	return badRequest("can't read the request: %v", err)
}

func (p params) text(name string) string { return p.values[name] }

func (p params) flag(name string) bool {
	value := strings.ToLower(strings.TrimSpace(p.values[name]))
	return value == "true" || value == "yes" || value == "1"
}

// number is a whole number, or 0 if there is none: so the real server reads them.
func (p params) number(name string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(p.values[name]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// object reads a parameter that is JSON, and reports whether there was one.
func (p params) object(name string, into any) (bool, error) {
	raw := strings.TrimSpace(p.values[name])
	if raw == "" || raw == "null" {
		return false, nil
	}
	if err := json.Unmarshal([]byte(raw), into); err != nil {
		return false, badRequest("can't parse %s JSON object", strings.ReplaceAll(name, "_", " "))
	}
	return true, nil
}
