package discordsrv

import (
	"regexp"
	"slices"
	"strings"
)

// AllowedMentions is what a message may mention, in Discord's fields.
type AllowedMentions struct {
	Parse       []string `json:"parse"`
	Roles       []string `json:"roles"`
	Users       []string `json:"users"`
	RepliedUser bool     `json:"replied_user"`
}

const maxAllowed = 100

// checkAllowed notes what is wrong with allowed mentions: all of a kind and some of it exclude each other.
func (p *problems) checkAllowed(a *AllowedMentions) {
	if a == nil {
		return
	}
	for i, kind := range a.Parse {
		if !slices.Contains([]string{"users", "roles", "everyone"}, kind) {
			p.add(join("allowed_mentions.parse", i), "BASE_TYPE_CHOICES", "Value must be one of ('users', 'everyone', 'roles').")
		}
	}
	for kind, ids := range map[string][]string{"users": a.Users, "roles": a.Roles} {
		if len(ids) > 0 && slices.Contains(a.Parse, kind) {
			p.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[%q] and %s: [ids...] are mutually exclusive.", kind, kind)
		}
		if len(ids) > maxAllowed {
			p.add("allowed_mentions."+kind, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxAllowed)
		}
		for i, id := range ids {
			if number(id) == 0 {
				p.add(join("allowed_mentions."+kind, i), "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", id)
			}
		}
	}
}

// allows reports whether one of a kind may be mentioned. Without a word about mentions, all may.
func (a *AllowedMentions) allows(kind, id string) bool {
	if a == nil || slices.Contains(a.Parse, kind) {
		return true
	}
	switch kind {
	case "users":
		return slices.Contains(a.Users, id)
	case "roles":
		return slices.Contains(a.Roles, id)
	}
	return false
}

var (
	// code is what Discord shows as it is written.
	code     = regexp.MustCompile("(?s)```.*?```|``.+?``|`[^`]+`")
	userTag  = regexp.MustCompile(`<@!?(\d+)>`)
	roleTag  = regexp.MustCompile(`<@&(\d+)>`)
	everyone = regexp.MustCompile(`@(everyone|here)\b`)
)

// pings are those whom a text notifies in a channel. replied is the author of the message that it replies to.
func (s *Server) pings(c *channel, author, text, replied string, allowed *AllowedMentions) Pings {
	text = code.ReplaceAllString(text, "")
	all := s.permissions(c, author).Has(MentionEveryone)
	var p Pings
	for _, found := range userTag.FindAllStringSubmatch(text, -1) {
		id := found[1]
		if s.users[id] != nil && allowed.allows("users", id) && !slices.Contains(p.Users, id) {
			p.Users = append(p.Users, id)
		}
	}
	if replied != "" && (allowed == nil || allowed.RepliedUser) && !slices.Contains(p.Users, replied) {
		p.Users = append(p.Users, replied)
	}
	if c.guild == nil {
		return p
	}
	for _, found := range roleTag.FindAllStringSubmatch(text, -1) {
		r := c.guild.role(found[1])
		if r != nil && (r.Mentionable || all) && allowed.allows("roles", r.ID) && !slices.Contains(p.Roles, r.ID) {
			p.Roles = append(p.Roles, r.ID)
		}
	}
	p.Everyone = all && everyone.MatchString(text) && allowed.allows("everyone", "")
	return p
}

// trimmed is a text as Discord stores it.
func trimmed(text string) string { return strings.TrimSpace(text) }
