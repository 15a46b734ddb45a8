package discordsrv

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// Embed is an embed of a message, in Discord's fields.
type Embed struct {
	Type        string       `json:"type,omitempty"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	URL         string       `json:"url,omitempty"`
	Timestamp   string       `json:"timestamp,omitempty"`
	Color       int          `json:"color,omitempty"`
	Footer      *EmbedFooter `json:"footer,omitempty"`
	Image       *EmbedMedia  `json:"image,omitempty"`
	Thumbnail   *EmbedMedia  `json:"thumbnail,omitempty"`
	Video       *EmbedMedia  `json:"video,omitempty"`
	Provider    *EmbedAuthor `json:"provider,omitempty"`
	Author      *EmbedAuthor `json:"author,omitempty"`
	Fields      []EmbedField `json:"fields,omitempty"`
}

// EmbedFooter stands below an embed.
type EmbedFooter struct {
	Text         string `json:"text"`
	IconURL      string `json:"icon_url,omitempty"`
	ProxyIconURL string `json:"proxy_icon_url,omitempty"`
}

// EmbedMedia is a picture of an embed.
type EmbedMedia struct {
	URL      string `json:"url"`
	ProxyURL string `json:"proxy_url,omitempty"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
}

// EmbedAuthor stands above an embed.
type EmbedAuthor struct {
	Name         string `json:"name"`
	URL          string `json:"url,omitempty"`
	IconURL      string `json:"icon_url,omitempty"`
	ProxyIconURL string `json:"proxy_icon_url,omitempty"`
}

// EmbedField is a field of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline,omitempty"`
}

// The limits of embeds.
const (
	maxEmbeds      = 10
	maxTitle       = 256
	maxDescription = 4096
	maxFields      = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxFooter      = 2048
	maxAuthor      = 256
	maxEmbedText   = 6000 // of all embeds of a message together
	maxColor       = 0xFFFFFF
)

// checkEmbeds notes what is wrong with the embeds of a message. files are the names that its attachments bear.
func (p *problems) checkEmbeds(path string, embeds []Embed, files []string) {
	if len(embeds) > maxEmbeds {
		p.add(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxEmbeds)
	}
	total := 0
	for i, e := range embeds {
		p.checkEmbed(join(path, i), e, files)
		total += e.size()
	}
	if total > maxEmbedText {
		p.add(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedText)
	}
}

// size is how much text of an embed counts together.
func (e Embed) size() int {
	n := length(e.Title) + length(e.Description)
	if e.Footer != nil {
		n += length(e.Footer.Text)
	}
	if e.Author != nil {
		n += length(e.Author.Name)
	}
	for _, f := range e.Fields {
		n += length(f.Name) + length(f.Value)
	}
	return n
}

// empty reports whether an embed shows nothing.
func (e Embed) empty() bool {
	return e.size() == 0 && e.Image == nil && e.Thumbnail == nil && e.Timestamp == "" && e.Video == nil && e.Provider == nil
}

func (p *problems) checkEmbed(path string, e Embed, files []string) {
	p.longest(join(path, "title"), e.Title, maxTitle)
	p.longest(join(path, "description"), e.Description, maxDescription)
	p.link(join(path, "url"), e.URL, nil)
	if e.Color < 0 || e.Color > maxColor {
		p.add(join(path, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to %d.", maxColor)
	}
	if e.Timestamp != "" {
		if _, err := time.Parse(time.RFC3339, e.Timestamp); err != nil {
			p.add(join(path, "timestamp"), "BASE_TYPE_CONVERT", "Could not parse %q. Should be ISO8601.", e.Timestamp)
		}
	}
	if e.Footer != nil {
		p.filled(join(path, "footer", "text"), e.Footer.Text, maxFooter)
		p.link(join(path, "footer", "icon_url"), e.Footer.IconURL, files)
	}
	if e.Author != nil {
		p.filled(join(path, "author", "name"), e.Author.Name, maxAuthor)
		p.link(join(path, "author", "url"), e.Author.URL, nil)
		p.link(join(path, "author", "icon_url"), e.Author.IconURL, files)
	}
	for name, media := range map[string]*EmbedMedia{"image": e.Image, "thumbnail": e.Thumbnail} {
		if media != nil && media.URL == "" {
			p.required(join(path, name, "url"))
		} else if media != nil {
			p.link(join(path, name, "url"), media.URL, files)
		}
	}
	p.checkFields(join(path, "fields"), e.Fields)
}

func (p *problems) checkFields(path string, fields []EmbedField) {
	if len(fields) > maxFields {
		p.add(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxFields)
	}
	for i, f := range fields {
		p.filled(join(path, i, "name"), strings.TrimSpace(f.Name), maxFieldName)
		p.filled(join(path, i, "value"), strings.TrimSpace(f.Value), maxFieldValue)
	}
}

// link notes an address that is none; one of an attachment needs its file.
func (p *problems) link(path, address string, files []string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "attachment" {
		if !slices.Contains(files, u.Host) {
			p.add(path, "ATTACHMENT_NOT_FOUND", "No file is called %q.", u.Host)
		}
		return
	}
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		p.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	}
}
