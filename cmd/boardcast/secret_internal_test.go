package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/pelletier/go-toml/v2"
)

// marker is a secret that nothing may print.
const marker = "hunter2:SECRET"

func TestSecretPrintsStars(t *testing.T) {
	t.Parallel()
	s := newSecret(marker)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%t"} {
		if got := fmt.Sprintf(verb, s); got != "***" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if got := fmt.Sprintf(verb, &s); got != "***" {
			t.Errorf("%s of a pointer prints %q", verb, got)
		}
	}
	if got := fmt.Errorf("connect with %v: %w", s, os.ErrInvalid).Error(); got != "connect with ***: invalid argument" {
		t.Errorf("an error reads %q", got)
	}
}

func TestSecretStaysInsideWhatHoldsIt(t *testing.T) {
	t.Parallel()
	c := defaultConfig()
	c.Telegram.Token = newSecret(marker)
	hidden := struct{ c config }{c} // fmt asks no method of what lies in an unexported field
	holders := map[string]any{
		"config": c, "pointer": &c, "list": []secret{c.Telegram.Token}, "map": map[string]secret{"token": c.Telegram.Token},
		"unexported": hidden, "unexported pointer": &hidden,
	}
	for name, holder := range holders {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			mustNotTell(t, name+" as "+verb, fmt.Sprintf(verb, holder))
		}
	}
}

func TestSecretIsEncodedAsStars(t *testing.T) {
	t.Parallel()
	holder := struct{ Token secret }{newSecret(marker)}
	inJSON, err := json.Marshal(holder)
	if err != nil || string(inJSON) != `{"Token":"***"}` {
		t.Errorf("JSON is %s, %v", inJSON, err)
	}
	inTOML, err := toml.Marshal(holder)
	if err != nil || string(inTOML) != "Token = '***'\n" {
		t.Errorf("TOML is %s, %v", inTOML, err)
	}
	var page strings.Builder
	if err := template.Must(template.New("").Parse("{{.Token}}")).Execute(&page, holder); err != nil || page.String() != "***" {
		t.Errorf("a template prints %q, %v", page.String(), err)
	}
}

func TestSecretIsLoggedAsStars(t *testing.T) {
	t.Parallel()
	holder := struct{ Token secret }{newSecret(marker)}
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		log.Reset()
		slog.New(handler).Info("started", "token", holder.Token, "holder", holder, "pointer", &holder)
		mustNotTell(t, fmt.Sprintf("%T", handler), log.String())
		if !strings.Contains(log.String(), "***") {
			t.Errorf("%T logs no stars: %s", handler, log.String())
		}
	}
	if got := slog.AnyValue(holder.Token).Resolve(); !got.Equal(slog.StringValue("***")) {
		t.Errorf("a handler is given %v", got)
	}
}

func TestSecretIsRevealed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		secret secret
		reveal string
		zero   bool
	}{
		"unset": {secret{}, "", true},
		"empty": {newSecret(""), "", true},
		"set":   {newSecret(marker), marker, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.secret.Reveal(); got != test.reveal {
				t.Errorf("Reveal is %q, want %q", got, test.reveal)
			}
			if got := test.secret.IsZero(); got != test.zero {
				t.Errorf("IsZero is %t, want %t", got, test.zero)
			}
		})
	}
}

func TestSecretFile(t *testing.T) {
	t.Parallel()
	const broken = "%s: it must hold a bot's token, one word without spaces, and nothing else"
	tests := map[string]struct {
		content string
		err     string // %s is the file
	}{
		"plain":                {content: marker},
		"line break":           {content: marker + "\n"},
		"line breaks of DOS":   {content: marker + "\r\n\r\n"},
		"largest":              {content: strings.Repeat("x", 64<<10)},
		"empty":                {content: "", err: "%s: it is empty; it must hold the token"},
		"only line breaks":     {content: "\r\n\n", err: "%s: it is empty; it must hold the token"},
		"too large":            {content: marker + strings.Repeat("x", 64<<10), err: "%s: it is larger than 64 KiB"},
		"two lines":            {content: marker + "\n" + marker, err: broken},
		"space in front":       {content: " " + marker, err: broken},
		"a key with its value": {content: "token = " + marker, err: broken},
		"UTF-16":               {content: "\xff\xfeh\x00u\x00n\x00", err: broken},
		"not ASCII":            {content: marker + "é", err: broken},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := writeFile(t, "token", test.content, 0o600)
			want := ""
			if test.err != "" {
				want = fmt.Sprintf(test.err, file)
			}
			got, mode, err := readSecret(file)
			if errorText(err) != want {
				t.Fatalf("the error is\n%s\nwant\n%s", errorText(err), want)
			}
			if err != nil {
				return
			}
			if word := strings.TrimRight(test.content, "\r\n"); got.Reveal() != word {
				t.Errorf("the secret is %q, want %q", got.Reveal(), word)
			}
			if mode != 0o600 {
				t.Errorf("the mode is %v, want 0600", mode)
			}
		})
	}
}

func TestSecretFileIsNotThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gone := filepath.Join(dir, "gone")
	tests := map[string]struct{ name, err string }{
		"gone":              {gone, gone + ": no such file or directory"},
		"directory":         {dir, dir + ": is a directory"},
		"endless":           {"/dev/zero", "/dev/zero: it is larger than 64 KiB"},
		"control character": {dir + "/\x1b[2J", `"` + dir + `/\x1b[2J": no such file or directory`},
		"the token itself":  {marker, "no such file; write the path of a file that holds the token, never the token itself"},
		"a long token":      {strings.Repeat(marker, 99), "no such file; write the path of a file that holds the token, never the token itself"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := readSecret(test.name); errorText(err) != test.err {
				t.Errorf("the error is\n%s\nwant\n%s", errorText(err), test.err)
			}
		})
	}
}

func mustNotTell(t *testing.T, what, text string) {
	t.Helper()
	for _, form := range []string{marker, fmt.Sprintf("%x", marker), fmt.Sprintf("%X", marker), fmt.Sprintf("%d", []byte(marker))} {
		if strings.Contains(text, form) {
			t.Errorf("%s tells the secret: %s", what, text)
		}
	}
}

// writeFile writes a file with exactly this mode into a directory of the test's own.
func writeFile(t *testing.T, name, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
