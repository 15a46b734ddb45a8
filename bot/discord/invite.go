package discord

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

// InviteURL returns the address at which somebody lets an application's bot into a server that they manage, with all the rights
// that it asks for.
func InviteURL(application string) string {
	return "https://discord.com/oauth2/authorize?client_id=" + url.QueryEscape(application) +
		"&permissions=" + strconv.FormatInt(Permissions(), 10) + "&scope=bot%20applications.commands"
}

// ApplicationOf returns the id of the application that a bot's token is of, and whether it is in there: the first of its three
// parts is the id of the bot's account, which for all that were made since 2016 is that of the application too.
func ApplicationOf(token string) (id string, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", false
	}
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	id = string(decoded)
	if err != nil || id == "" || strings.Trim(id, "0123456789") != "" {
		return "", false
	}
	return id, true
}
