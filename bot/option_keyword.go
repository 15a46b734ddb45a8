package bot

import (
	"slices"
	"strings"
)

// keywords are the few fixed words of options, and what stands for them in other languages or by another habit, folded.
var keywords = map[string]string{
	"yes": "y|oui|是|对|好|确定|没错", "no": "n|non|否|不|不要",
	"on": "yes|oui|开|打开|开启|是", "off": "no|none|non|aucun|aucune|sans|关|关闭|关掉|不|无|否",
	"none": "no|off|non|aucun|aucune|sans|rien|无|没有|不|不要", "all": "tout|tous|toutes|全部|所有",
	"today": "aujourd'hui|今天|今日", "auto": "automatique|自动", "card": "fiche|carte|卡片", "messages": "message|消息",
	"digest": "daily|résumé|每天|汇总", "silent": "silencieux|静音", "hold": "garder|保留", "over": "ended|end|terminé|fini|结束",
	"cut": "coupé|中断", "live": "on|direct|en direct|开播|直播中", "notyet": "not yet|not_yet|later|pas encore|还没|还没有|没开",
	"cancelled": "cancelled?|canceled|canceled?|annulé|annulé ?|annulé?|取消|取消了|取消了吗", "ended": "over|end|terminé|fini|结束|结束了",
}

// Means reports whether somebody said a keyword of an option in their own language: "oui" and "是" mean "yes".
func Means(words, keyword string) bool {
	if len(words) > maxSpoken || words != strings.TrimSpace(words) {
		return false // a space is of the words beside it
	}
	said := foldSpoken(words)
	return said == keyword || said != "" && slices.Contains(strings.Split(keywords[keyword], "|"), said)
}

// Keyword is a fixed word of an option as menus show it; itself where no language has words for it.
func (v Voice) Keyword(word string) string {
	said, err := v.Words.Message(v.Locale, "keyword."+word, nil)
	if err != nil {
		return word
	}
	return v.Plain(said)
}
