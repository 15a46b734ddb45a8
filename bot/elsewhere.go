package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
)

// elsewhereOption is the name by which any command is sent to another chat than the one it is typed in: "chat=@name".
const elsewhereOption = "chat"

// goElsewhere turns a request into one for the chat that its line names, if it names one, and takes that out of the line. The
// options of the command begin at from. A command that has such an option of its own keeps it.
func (r *Router) goElsewhere(ctx context.Context, req *Request, command *Command, from int) error {
	if r.config.Elsewhere == nil {
		return nil
	}
	own := map[string]bool{}
	for _, option := range command.Options {
		own[option.Spec().Name] = true
	}
	if own[elsewhereOption] {
		return nil
	}
	line, words := cutNamed(req.Line, from, elsewhereOption, func(name string) bool { return own[name] || name == elsewhereOption })
	if words == "" {
		return nil
	}
	chat, err := r.config.Elsewhere(ctx, req.in, words)
	if err != nil {
		return err
	}
	req.Line = line
	if chat.Address != req.Chat.Address {
		req.Chat, req.elsewhere = chat, words
	}
	return nil
}

// cutNamed takes the first value that is given by a name out of a line.
func cutNamed(line string, from int, name string, declared func(name string) bool) (rest, words string) {
	for _, t := range tokenize(line, from, declared) {
		if t.name != name || strings.TrimSpace(t.text) == "" {
			continue
		}
		return strings.TrimSpace(strings.TrimRight(line[:t.start], " ") + line[t.end:]), t.text
	}
	return line, ""
}

// elsewhere says which chat an answer is about if it is another, and has its buttons, and the line that it asks to go on with, mean
// that one.
func elsewhere(req *Request, post Post) Post {
	if req.elsewhere == "" {
		return post
	}
	none := &parser{}
	said := elsewhereOption + "=" + none.quoted(req.elsewhere)
	buttons := make([]Button, len(post.Buttons))
	for i, button := range post.Buttons {
		if strings.HasPrefix(button.Command, "/") {
			button.Command += " " + said
		}
		buttons[i] = button
	}
	post.Buttons = buttons
	if req.Role >= Moderator { // nobody else is told the title
		about := Say("elsewhere.about", Args{"Chat": Lit(cmp.Or(req.Chat.Title, req.elsewhere))})
		post.Footer = Join(" · ", about, post.Footer)
	}
	if post.Prompt != "" {
		post.Prompt = strings.TrimSpace(post.Prompt) + " " + said + " "
	}
	return post
}

// authorise finds out whether a person may give a command. What is sent to another chat is for those alone who may manage that
// chat, whatever it is. The roles that somebody has in one community count nothing in another.
func (r *Router) authorise(ctx context.Context, req *Request, command *Command) error {
	want := command.Access
	if req.elsewhere != "" {
		want = max(want, Moderator)
	}
	if want == Member && !command.Weighs {
		return nil
	}
	in := req.in
	in.Chat = req.Chat
	if in.Chat.Community != req.in.Chat.Community || in.Chat.Address.Messenger != req.in.Chat.Address.Messenger {
		in.Roles = nil
	}
	role, err := r.config.Authorise(ctx, in, want)
	if err != nil {
		if said, ok := errors.AsType[*Error](err); ok {
			return said
		}
		r.config.Log.WarnContext(ctx, "rights could not be checked", "chat", req.Chat.Address.String(), "error", err)
		return NewError(Unavailable, "error.unavailable", nil)
	}
	if role < want {
		if req.elsewhere != "" {
			return NewError(Forbidden, "error.elsewhere_forbidden", Args{"Chat": chatElsewhere(req)})
		}
		return r.forbidden(ctx, in, want)
	}
	req.Role = role
	return nil
}

// chatElsewhere is the chat that a line was sent to, for somebody who is not to be told its title by us: as they named it, or by its number
// where the messenger knows who may read the name.
func chatElsewhere(req *Request) Text {
	if req.Chat.Address.Messenger.ShowsNames() {
		return Mentioned("#" + req.Chat.Address.Key)
	}
	return Quote(req.elsewhere)
}

// forbidden says that a person may not do something, and who may.
func (r *Router) forbidden(ctx context.Context, in Inbound, want Access) error {
	if want == Moderator && r.config.Moderators != nil {
		who, err := r.config.Moderators(ctx, in)
		if err != nil {
			return fmt.Errorf("find out who moderates %s: %w", in.Chat.Address, err)
		}
		if len(who) > 0 {
			return NewError(Forbidden, "error.moderators_only", Args{"Who": who})
		}
	}
	return NewError(Forbidden, "error.forbidden_"+want.String(), nil)
}
