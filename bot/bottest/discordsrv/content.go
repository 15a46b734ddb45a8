package discordsrv

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

const (
	maxContent = 2000
	maxNonce   = 25
	maxFiles   = 10
	maxFile    = 10 << 20
	maxRequest = 25 << 20
)

// messageBody is what the endpoints take that send and change messages.
type messageBody struct {
	Content     optional[string]          `json:"content"`
	Embeds      optional[[]Embed]         `json:"embeds"`
	Components  optional[[]Component]     `json:"components"`
	Allowed     optional[AllowedMentions] `json:"allowed_mentions"`
	Attachments optional[[]attachment]    `json:"attachments"`
	Flags       optional[int]             `json:"flags"`
	TTS         bool                      `json:"tts"`
	Nonce       nonce                     `json:"nonce"`
	Enforce     bool                      `json:"enforce_nonce"`
	Reference   *reference                `json:"message_reference"`
	Stickers    []string                  `json:"sticker_ids"`
	Poll        *json.RawMessage          `json:"poll"`
	Username    string                    `json:"username"`    // of webhooks that people made
	Avatar      string                    `json:"avatar_url"`  // the same
	Thread      string                    `json:"thread_name"` // the same
	Choices     optional[[]Choice]        `json:"choices"`     // of an autocompletion
	CustomID    string                    `json:"custom_id"`   // of a modal
	Title       string                    `json:"title"`       // of a modal
}

// reference is the message that another replies to.
type reference struct {
	Kind     int    `json:"type"`
	Message  string `json:"message_id"`
	Channel  string `json:"channel_id"`
	Guild    string `json:"guild_id"`
	FailsNot *bool  `json:"fail_if_not_exists"`
}

// attachment names a file: one that comes with the request by its number, one that is there by its id.
type attachment struct {
	ID          snowflake `json:"id"`
	Filename    string    `json:"filename"`
	Description string    `json:"description"`
	URL         string    `json:"url"`
	ProxyURL    string    `json:"proxy_url"`
	ContentType string    `json:"content_type"`
	Width       int       `json:"width"`
	Height      int       `json:"height"`
	Size        int       `json:"size"`
	Ephemeral   bool      `json:"ephemeral"`
	Duration    float64   `json:"duration_secs"`
	Waveform    string    `json:"waveform"`
	Flags       int       `json:"flags"`
}

// snowflake is an id, which clients write as text or as a number.
type snowflake string

// UnmarshalJSON implements [json.Unmarshaler].
func (f *snowflake) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	if _, err := strconv.ParseUint(text, 10, 64); err != nil {
		return invalid("id", "NUMBER_TYPE_COERCE", "Value %s is not snowflake.", raw)
	}
	*f = snowflake(text)
	return nil
}

// nonce is text or a number.
type nonce string

// UnmarshalJSON implements [json.Unmarshaler].
func (n *nonce) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*n = nonce(text)
		return nil
	}
	if _, err := strconv.ParseInt(string(raw), 10, 64); err != nil {
		return invalid("nonce", "UNION_TYPE_CHOICES", "A nonce is a text or a whole number.")
	}
	*n = nonce(raw)
	return nil
}

// readMessage reads and checks what a message shall show. shown is what it shows now, if it is there already: what the request leaves
// out stays. flags are those that may be set.
func (s *Server) readMessage(r *request, body *messageBody, shown *Content, flags int) (Content, error) {
	var p problems
	content := Content{}
	if shown != nil {
		content = *shown
	}
	s.readFiles(r, &p, body, &content)
	if body.Content.given {
		content.Text = trimmed(body.Content.value)
	}
	if body.Embeds.given {
		content.Embeds = slices.DeleteFunc(body.Embeds.value, Embed.empty)
	}
	if body.Components.given {
		content.Components = body.Components.value
	}
	if body.Allowed.given {
		content.Allowed = &body.Allowed.value
	}
	p.longest("content", content.Text, maxContent)
	p.checkEmbeds("embeds", content.Embeds, names(content.Files))
	p.checkComponents("components", content.Components)
	p.checkAllowed(content.Allowed)
	p.checkFlags(body.Flags.value, flags)
	p.longest("nonce", string(body.Nonce), maxNonce)
	p.unsupported(body)
	return content, p.err()
}

func names(files []File) []string {
	all := make([]string, 0, len(files))
	for _, f := range files {
		all = append(all, f.Name)
	}
	return all
}

// checkFlags notes flags that may not be set here.
func (p *problems) checkFlags(flags, allowed int) {
	if flags&^allowed != 0 {
		p.add("flags", "MESSAGE_FLAGS_INVALID", "The flags %d may not be set here.", flags&^allowed)
	}
}

// unsupported notes what Discord has and the server does not, so that nobody believes that it was sent.
func (p *problems) unsupported(body *messageBody) {
	for name, there := range map[string]bool{
		"tts": body.TTS, "sticker_ids": len(body.Stickers) > 0, "poll": body.Poll != nil && string(*body.Poll) != "null",
		"username": body.Username != "", "avatar_url": body.Avatar != "", "thread_name": body.Thread != "",
	} {
		if there {
			p.add(name, "UNSUPPORTED", "This server does not know them.")
		}
	}
}

// readFiles gives a message the files that come with the request and those that it keeps. Without a list of attachments it keeps all.
func (s *Server) readFiles(r *request, p *problems, body *messageBody, content *Content) {
	come := make([]File, 0, len(r.files))
	for _, f := range r.files {
		come = append(come, File{ID: s.ids.next(), Name: f.name, Kind: f.kind, Bytes: f.content})
	}
	if !body.Attachments.given {
		content.Files = append(slices.Clone(content.Files), come...)
		p.countFiles(content.Files)
		return
	}
	kept, named := []File{}, map[int]bool{}
	for i, a := range body.Attachments.value {
		n := slices.IndexFunc(r.files, func(f upload) bool { return f.number == string(a.ID) })
		old := slices.IndexFunc(content.Files, func(f File) bool { return f.ID == string(a.ID) })
		switch {
		case n >= 0:
			come[n].Description = a.Description
			if a.Filename != "" {
				come[n].Name = a.Filename
			}
			named[n] = true
			kept = append(kept, come[n])
		case old >= 0:
			kept = append(kept, content.Files[old])
		default:
			p.add(join("attachments", i, "id"), "ATTACHMENT_NOT_FOUND", "No file has the id %s.", a.ID)
		}
	}
	for n := range come {
		if !named[n] {
			kept = append(kept, come[n])
		}
	}
	content.Files = kept
	p.countFiles(kept)
}

func (p *problems) countFiles(files []File) {
	if len(files) > maxFiles {
		p.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxFiles)
	}
}

// empty reports whether nothing would be seen.
func (c Content) empty() bool {
	return c.Text == "" && len(c.Embeds) == 0 && len(c.Files) == 0 && len(c.Components) == 0
}
