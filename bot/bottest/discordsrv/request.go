package discordsrv

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// request is a call, read whole.
type request struct {
	params map[string]string // of the path
	query  url.Values
	host   string
	body   []byte // JSON
	files  []upload
}

// upload is a file that came with a request.
type upload struct {
	number  string // n of files[n]
	name    string
	kind    string
	content []byte
}

var fileField = regexp.MustCompile(`^files?\[(\d+)\]$`)

// readRequest reads the body of a call, JSON or a form with JSON and files.
func readRequest(r *http.Request) (*request, error) {
	req := &request{query: r.URL.Query(), host: r.Host, params: map[string]string{}}
	if req.host == "" {
		req.host = r.URL.Host
	}
	if r.Body == nil {
		return req, nil
	}
	defer r.Body.Close()
	r.Body = io.NopCloser(io.LimitReader(r.Body, maxRequest+1))
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	if kind == "multipart/form-data" {
		return req, req.readForm(r)
	}
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		return nil, unreadable(err)
	case len(body) > maxRequest:
		return nil, tooLarge()
	case len(body) > 0 && kind != "application/json":
		return nil, refused(http.StatusBadRequest, 50035, "Expected \"Content-Type\" header to be one of {'application/json'}.")
	}
	req.body = body
	return req, nil
}

func (r *request) readForm(from *http.Request) error {
	parts, err := from.MultipartReader()
	if err != nil {
		return unreadable(err)
	}
	for total := 0; total <= maxRequest; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return unreadable(err)
		}
		total += len(content)
		if part.FormName() == "payload_json" {
			r.body = content
			continue
		}
		named := fileField.FindStringSubmatch(part.FormName())
		if named == nil || part.FileName() == "" {
			return invalid(part.FormName(), "UNKNOWN_FIELD", "Files are called files[n] and have a name.")
		}
		if len(content) > maxFile {
			return tooLarge()
		}
		r.files = append(r.files, upload{number: named[1], name: part.FileName(), kind: part.Header.Get("Content-Type"), content: content})
	}
	return tooLarge()
}

func unreadable(err error) error {
	return refused(http.StatusBadRequest, 50109, "The request could not be read: "+err.Error())
}

// apiPath is the path of a call below its version, and false if it is not of a version that the server knows.
func apiPath(path string) (string, bool) {
	for _, version := range []string{"/api/v9/", "/api/v10/"} {
		if rest, ok := strings.CutPrefix(path, version); ok {
			return strings.Trim(rest, "/"), true
		}
	}
	return "", false
}
