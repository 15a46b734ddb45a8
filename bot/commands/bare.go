package commands

import (
	"strings"

	"boardcast/storage"
)

// BareAs returns the command as which a line without one is meant: a link to a room asks who is live there, a stream's id what
// is known of it, and a few plain questions what they say. It is "" for all others, names above all.
func BareAs(line string) string {
	switch {
	case storage.IsRoom(line):
		return "/live " + line
	case looksLikeStream(line):
		return "/show " + line
	}
	return plainQuestions[storage.Fold(line)]
}

// plainQuestions are what people ask in so many words, folded, in English, Chinese and French.
var plainQuestions = questionsOf(map[string]string{
	"/live": "who is live|whos live|who is live now|whos live now|who is on|whos on|is anyone live|anyone live|who is streaming|" +
		"谁在直播|现在谁在直播|有人在直播吗|有人直播吗|正在直播|qui est en direct|qui est live|qui est en live",
	"/next": "what is next|whats next|what comes next|who is next|whos next|next stream|when is the next stream|" +
		"下一场|下一场直播|下一场什么时候|下场直播|接下来是谁|a suivre|prochain direct|le prochain direct|quand est le prochain direct",
	"/recent": "what did i miss|last streams|how did it go|上一场|最近的直播|derniers directs|les derniers directs",
	"/week":   "this week|how was the week|本周|这周|cette semaine",
	"/help": "hello|hi|hey|hello there|good morning|what can you do|how does this work|你好|您好|在吗|你能做什么|怎么用|帮助|" +
		"bonjour|bonsoir|salut|aide|a l aide|que sais tu faire|comment ca marche",
})

func questionsOf(byCommand map[string]string) map[string]string {
	questions := map[string]string{}
	for command, said := range byCommand {
		for question := range strings.SplitSeq(said, "|") {
			questions[storage.Fold(question)] = command
		}
	}
	return questions
}
