package bot

import (
	"fmt"
	"strings"
)

// Usage is a command's line as help shows it, such as "/stream move <stream> <when> [reason]".
func Usage(path string, command *Command) string {
	var b strings.Builder
	b.WriteString("/" + path)
	for _, option := range command.Options {
		spec := option.Spec()
		name := spec.Name
		if spec.Rest {
			name += "…"
		}
		if spec.Named {
			name += "=…"
		}
		if spec.Required {
			fmt.Fprintf(&b, " <%s>", name)
		} else {
			fmt.Fprintf(&b, " [%s]", name)
		}
	}
	return b.String()
}

// ReferencePage is the command reference in Markdown, made of the declarations.
func ReferencePage(commands []*Command, voice Voice) string {
	var b strings.Builder
	for _, access := range []Access{Member, Moderator, Operator} {
		var rows strings.Builder
		for _, command := range commands {
			if command.Access == access {
				referenceOf(&rows, voice, command)
			}
		}
		if rows.Len() > 0 {
			fmt.Fprintf(&b, "## %s\n\n%s", voice.Plain(Say("reference."+access.String())), rows.String())
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func referenceOf(b *strings.Builder, voice Voice, command *Command) {
	fmt.Fprintf(b, "### /%s\n\n%s\n\n", command.Name, voice.Plain(Say(command.Summary)))
	if len(command.Sub) == 0 {
		referenceLine(b, voice, command.Name, command)
	}
	for _, sub := range command.Sub {
		fmt.Fprintf(b, "**%s** %s\n\n", sub.Name, voice.Plain(Say(sub.Summary)))
		referenceLine(b, voice, command.Name+" "+sub.Name, sub)
	}
}

func referenceLine(b *strings.Builder, voice Voice, path string, command *Command) {
	fmt.Fprintf(b, "`%s`\n\n", Usage(path, command))
	for _, option := range command.Options {
		spec := option.Spec()
		fmt.Fprintf(b, "- `%s` %s\n", spec.Name, voice.Plain(Say(spec.Summary)))
	}
	if len(command.Options) > 0 {
		b.WriteString("\n")
	}
}
