package discord

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
)

// The drive from Shanghai to Hangzhou, and the moment at which the posts below are read.
var (
	drive  = time.Date(2024, 5, 18, 0, 30, 0, 0, time.UTC)
	readAt = time.Date(2024, 5, 16, 4, 0, 0, 0, time.UTC)
)

func inZone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

func layoutFor(tb testing.TB) layout {
	tb.Helper()
	return layout{
		voice: bot.Voice{Words: bottest.Words(tb), Locale: "en", Zone: inZone(tb, "Asia/Shanghai"), Now: readAt},
		keep:  func(string) (string, error) { return "5f", nil },
	}
}

func draftsOf(tb testing.TB, l layout, p bot.Post) []draft {
	tb.Helper()
	all, err := l.drafts(p)
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

func named(name string, value bot.Text) bot.Field {
	return bot.Field{Name: bot.Lit(name), Value: value}
}

func para(texts ...bot.Text) bot.Paragraph { return bot.Paragraph{Text: bot.Join("", texts...)} }

func remindMe(label string) bot.Button {
	return bot.Button{Label: bot.Lit(label), Command: "/remind s7k", Proposed: true}
}

// golden is a post and what is sent of it: the content; "%" before the colour and the author of an embed, "#" before its title; fields
// as "[name] value", with a "+" before those that stand side by side; "_" before the footer; and the controls, with "*" behind the
// one that stands out and "?" before a menu. A "´" is a backtick.
type golden struct {
	name string
	post bot.Post
	want string
}

func goldens(t *testing.T) []golden {
	t.Helper()
	return slices.Concat(announced(t), live(t), ended(t), answers(t))
}

func announced(t *testing.T) []golden {
	t.Helper()
	beijing, paris := inZone(t, "Asia/Shanghai"), inZone(t, "Europe/Paris")
	when := bot.Joined(bot.AsideMark, bot.Say("when.two_clocks", bot.Args{
		"Here": bot.At(drive, bot.DayClock), "There": bot.AtIn(drive, bot.Clock, beijing), "Place": bot.In(beijing),
	}), bot.At(drive, bot.Relative))
	return []golden{
		{"announced, en", bot.Post{
			Locale: "en", Zone: beijing, Accent: bot.ComingAccent, Silent: true,
			Headline: bot.Say("card.announced", bot.Args{
				"Who": bot.Lit("Lei Jun 雷军"), "When": bot.At(drive, bot.DayClock), "Title": bot.Lit("Shanghai to Hangzhou in the SU7 Pro"),
			}),
			Author: bot.Lit("Lei Jun 雷军 · Xiaomi"), Title: bot.Lit("Shanghai to Hangzhou in the SU7 Pro"),
			Body: []bot.Block{bot.Fields{
				{Name: bot.Say("field.when"), Value: when},
				{Name: bot.Say("field.where"), Value: bot.Lit("Douyin")},
				{Name: bot.Say("field.planned"), Value: bot.Say("stream.about", bot.Args{"Length": bot.For(210 * time.Minute)})},
				{Name: bot.Say("field.vehicle"), Value: bot.Lit("SU7 Pro")},
				{Name: bot.Say("field.route"), Value: bot.Lit("Century Avenue, Shanghai → Hangzhou, 177 km")},
			}},
			Footer:  bot.Lit("From Weibo · not yet confirmed · s7k"),
			Buttons: []bot.Button{remindMe("Remind me"), bot.Press(bot.Lit("Mute here"), "/watch pause s7k")},
		}, `
Lei Jun 雷军 goes live Sat 18 May, 08:30 Beijing: Shanghai to Hangzhou in the SU7 Pro
%4A90E2 Lei Jun 雷军 · Xiaomi
# Shanghai to Hangzhou in the SU7 Pro
[When] <t:1715992200:F> (08:30 Beijing), <t:1715992200:R>
+[Where] Douyin
+[Planned] about 3 h 30 min
+[Car] SU7 Pro
[Route] Century Avenue, Shanghai → Hangzhou, 177 km
_ From Weibo · not yet confirmed · s7k
(Remind me*) (Mute here)
`},
		{"announced, zh", bot.Post{
			Locale: "zh", Zone: beijing, Accent: bot.ComingAccent, Silent: true,
			Headline: bot.Say("card.announced", bot.Args{
				"Who": bot.Lit("雷军"), "When": bot.At(drive, bot.DayClock), "Title": bot.Lit("小米 SU7 Pro，上海到杭州"),
			}),
			Author: bot.Lit("雷军 · 小米"), Title: bot.Lit("小米 SU7 Pro，上海到杭州"),
			Body: []bot.Block{bot.Fields{
				{Name: bot.Say("field.when"), Value: when},
				{Name: bot.Say("field.where"), Value: bot.Lit("抖音")},
				{Name: bot.Say("field.vehicle"), Value: bot.Lit("SU7 Pro")},
			}},
			Footer:  bot.Lit("来源：微博 · 尚未确认 · s7k"),
			Buttons: []bot.Button{remindMe("提醒我"), bot.Press(bot.Lit("此处静音"), "/watch pause s7k")},
		}, `
雷军 5⍽月 18⍽日 周六 8:30（北京时间） 直播：小米 SU7 Pro，上海到杭州
%4A90E2 雷军 · 小米
# 小米 SU7 Pro，上海到杭州
[时间] <t:1715992200:F>（北京时间 8\:30），<t:1715992200:R>
+[平台] 抖音
+[车型] SU7 Pro
_ 来源：微博 · 尚未确认 · s7k
(提醒我*) (此处静音)
`},
		{"announced, fr", bot.Post{
			Locale: "fr", Zone: paris, Accent: bot.ComingAccent, Silent: true,
			Headline: bot.Say("card.announced", bot.Args{
				"Who": bot.Lit("Lei Jun 雷军"), "When": bot.At(drive, bot.DayClock), "Title": bot.Lit("Shanghai–Hangzhou en SU7 Pro"),
			}),
			Author: bot.Lit("Lei Jun 雷军 · Xiaomi"), Title: bot.Lit("Shanghai–Hangzhou en SU7 Pro"),
			Body: []bot.Block{bot.Fields{
				{Name: bot.Say("field.when"), Value: when}, {Name: bot.Say("field.where"), Value: bot.Lit("Douyin")},
			}},
			Footer:  bot.Lit("Source : Weibo · non confirmé · s7k"),
			Buttons: []bot.Button{remindMe("Me prévenir"), bot.Press(bot.Lit("Couper ici"), "/watch pause s7k")},
		}, `
Lei Jun 雷军 en direct sam. 18 mai, 2⍽h⍽30 (Paris)⍽: Shanghai–Hangzhou en SU7 Pro
%4A90E2 Lei Jun 雷军 · Xiaomi
# Shanghai–Hangzhou en SU7 Pro
[Quand] <t:1715992200:F> (8⍽h⍽30, Pékin), <t:1715992200:R>
+[Où] Douyin
_ Source : Weibo · non confirmé · s7k
(Me prévenir*) (Couper ici)
`},
		{"a reminder that mentions a role and a person, in two languages", bot.Post{
			Locale: "zh", Zone: beijing, Accent: bot.ComingAccent, Mentions: []string{"<@&71>", "<@5>", "@everyone"}, Spread: true,
			Headline: bot.Lit("雷军 10 分钟后开播：上海到杭州"),
			Also:     bot.Said{Locale: "en", Text: bot.Lit("Lei Jun live in 10 min: Shanghai to Hangzhou")},
			Author:   bot.Lit("雷军 · 小米"), Title: bot.Lit("上海到杭州"),
			Body: []bot.Block{
				bot.Fields{{Name: bot.Say("field.when"), Value: when}, {Name: bot.Say("field.where"), Value: bot.Lit("抖音")}},
				bot.Paragraph{Text: bot.Say("card.late_was_down", bot.Args{"Late": bot.For(4 * time.Minute)}).With(bot.Faint)},
			},
			Footer:  bot.Lit("来源：微博 · s7k"),
			Buttons: []bot.Button{remindMe("提醒我"), bot.Press(bot.Lit("此处静音"), "/watch pause s7k")},
		}, `
<@&71> <@5> @⁀everyone 雷军 10 分钟后开播：上海到杭州
Lei Jun live in 10 min: Shanghai to Hangzhou
%4A90E2 雷军 · 小米
# 上海到杭州
[时间] <t:1715992200:F>（北京时间 8\:30），<t:1715992200:R>
+[平台] 抖音
[∅] -# 晚发了 4⍽分钟：当时我没在运行。
_ 来源：微博 · s7k
(提醒我*) (此处静音)
`},
	}
}

func live(t *testing.T) []golden {
	t.Helper()
	beijing := inZone(t, "Asia/Shanghai")
	return []golden{
		{"due, en", bot.Post{
			Locale: "en", Zone: beijing, Accent: bot.ComingAccent, Headline: bot.Lit("Lei Jun 雷军 should be on now: Shanghai to Hangzhou in the SU7 Pro"),
			Author: bot.Lit("Lei Jun 雷军 · Xiaomi"), Title: bot.Lit("Shanghai to Hangzhou in the SU7 Pro"),
			Body: []bot.Block{
				bot.Fields{
					{Name: bot.Say("field.when"), Value: bot.At(drive, bot.DayClock)}, {Name: bot.Say("field.where"), Value: bot.Lit("Douyin")},
				},
				bot.Paragraph{Text: bot.Say("card.not_started", bot.Args{"Late": bot.For(5 * time.Minute)})},
				bot.List{Title: bot.Lit("Heard here"), Items: []bot.Text{
					bot.Join(" ", bot.At(drive, bot.Clock), bot.Lit("Anna_K: *live* now, see https://live.douyin.com/88")), bot.Lit("Bo: not yet"),
				}},
			},
			Footer: bot.Lit("From Weibo · s7k"),
			Buttons: []bot.Button{
				bot.Press(bot.Say("button.live"), "/tip s7k live"), bot.Press(bot.Say("button.not_yet"), "/tip s7k notyet"),
				bot.Press(bot.Say("button.cancelled"), "/tip s7k cancelled"), remindMe("Remind me"), bot.Press(bot.Lit("Mute here"), "/watch pause s7k"),
			},
		}, `
Lei Jun 雷军 should be on now: Shanghai to Hangzhou in the SU7 Pro
%4A90E2 Lei Jun 雷军 · Xiaomi
# Shanghai to Hangzhou in the SU7 Pro
[When] <t:1715992200:F>
+[Where] Douyin
[∅] Not started yet, 5 min late, as far as anyone told me. Is it live?
[Heard here] - <t:1715992200:t> Anna\_K: \*live\* now, see ´https://live.douyin.com/88´
- Bo: not yet
_ From Weibo · s7k
(It is live) (Not yet) (It is cancelled)
(Remind me*) (Mute here)
`},
		{"live, en", bot.Post{
			Locale: "en", Zone: beijing, Accent: bot.LiveAccent, Headline: bot.Lit("● LIVE: Lei Jun 雷军, Shanghai to Hangzhou in the SU7 Pro"),
			Author: bot.Lit("Lei Jun 雷军 · Xiaomi"), Title: bot.Lit("Shanghai to Hangzhou in the SU7 Pro"),
			Body: []bot.Block{bot.Fields{
				{Name: bot.Say("field.when"), Value: bot.At(drive, bot.DayClock)},
				{Name: bot.Say("field.where"), Value: bot.Lit("Douyin, Weibo")},
				{Name: bot.Say("field.since"), Value: bot.At(drive, bot.Clock)},
				{Name: bot.Lit("Douyin"), Value: bot.Join("", bot.Lit("14 M").With(bot.Strong), bot.Lit(" had entered, at "), bot.At(drive.Add(time.Hour), bot.Clock))},
				{Name: bot.Say("field.no_figures"), Value: bot.Lit("Weibo").With(bot.Faint)},
			}},
			Footer: bot.Lit("Seen by a moderator · s7k"),
		}, `
● LIVE: Lei Jun 雷军, Shanghai to Hangzhou in the SU7 Pro
%E5383B Lei Jun 雷军 · Xiaomi
# Shanghai to Hangzhou in the SU7 Pro
[When] <t:1715992200:F>
+[Where] Douyin, Weibo
+[Began] <t:1715992200:t>
[Douyin] **14 M** had entered, at <t:1715995800:t>
+[No figures from] *Weibo*
_ Seen by a moderator · s7k
`},
		{"postponed, fr", bot.Post{
			Locale: "fr", Zone: inZone(t, "Europe/Paris"), Accent: bot.OffAccent, Headline: bot.Lit("Reporté, pas encore de nouvelle heure : Lei Jun 雷军, Shanghai–Hangzhou"),
			Author: bot.Lit("Lei Jun 雷军 · Xiaomi"), Title: bot.Lit("Shanghai–Hangzhou en SU7 Pro"),
			Body: []bot.Block{bot.Fields{
				{Name: bot.Say("field.when"), Value: bot.Say("when.was", bot.Args{"When": bot.At(drive, bot.DayClock)})}, {Name: bot.Say("field.where"), Value: bot.Lit("Douyin")},
			}},
			Footer: bot.Lit("Source : Weibo · s7k"),
		}, `
Reporté, pas encore de nouvelle heure : Lei Jun 雷军, Shanghai–Hangzhou
%E8A33D Lei Jun 雷军 · Xiaomi
# Shanghai–Hangzhou en SU7 Pro
[Quand] c’était <t:1715992200:F>
+[Où] Douyin
_ Source : Weibo · s7k
`},
	}
}

func ended(t *testing.T) []golden {
	t.Helper()
	beijing := inZone(t, "Asia/Shanghai")
	return []golden{
		{"ended, en", bot.Post{
			Locale: "en", Zone: beijing, Accent: bot.PastAccent, Silent: true, Headline: bot.Lit("Ended: Lei Jun 雷军, Shanghai to Hangzhou in the SU7 Pro"),
			Author: bot.Lit("Lei Jun 雷军 · Xiaomi"), Title: bot.Lit("Shanghai to Hangzhou in the SU7 Pro"),
			Body: []bot.Block{bot.Fields{
				{Name: bot.Say("field.when"), Value: bot.At(drive, bot.DayClock)},
				{Name: bot.Say("field.where"), Value: bot.Lit("Douyin")},
				{Name: bot.Say("field.lasted"), Value: bot.Say("stream.about", bot.Args{"Length": bot.For(210 * time.Minute)})},
				{Name: bot.Say("field.vehicle"), Value: bot.Lit("SU7 Pro")},
				{Name: bot.Lit("Viewers"), Value: bot.Join("", bot.Figure(39_000_000).With(bot.Strong), bot.Lit(", all platforms, by his staff's count"))},
				{Name: bot.Lit("Likes"), Value: bot.Lit("200 M on Douyin")},
				{Name: bot.Lit("New followers"), Value: bot.Lit("360,000, platform not stated")},
				{Name: bot.Say("field.replay"), Value: bot.Lit("Bilibili").Linked("https://www.bilibili.com/video/BV1_x*y")},
				{Name: bot.Say("field.next"), Value: bot.Say("field.next_none")},
			}},
			Footer: bot.Lit("From Weibo, press · figures are not added up · s7k"),
		}, `
Ended: Lei Jun 雷军, Shanghai to Hangzhou in the SU7 Pro
%8E9297 Lei Jun 雷军 · Xiaomi
# Shanghai to Hangzhou in the SU7 Pro
[When] <t:1715992200:F>
+[Where] Douyin
+[Lasted] about 3 h 30 min
+[Car] SU7 Pro
[Viewers] **39 M**, all platforms, by his staff's count
+[Likes] 200 M on Douyin
[New followers] 360,000, platform not stated
+[Replay] [Bilibili](<https://www.bilibili.com/video/BV1_x%2Ay>)
+[Next] nothing announced
_ From Weibo, press · figures are not added up · s7k
`},
		{"the week, zh", bot.Post{
			Locale: "zh", Zone: beijing, Silent: true, Headline: bot.Lit("5 月 13 日 – 19 日：2 场直播"),
			Body: []bot.Block{
				bot.List{Items: []bot.Text{
					bot.Join(" · ", bot.Joined(bot.LabelMark, bot.Join(" · ", bot.At(drive, bot.DayClock), bot.Lit("雷军：小米 SU7 Pro，上海到杭州")), bot.Lit("3900 万人观看（团队统计），约 3 小时 30 分")), bot.Lit("s7k").With(bot.Faint)),
					bot.Join(" · ", bot.AtIn(drive.AddDate(0, 0, -2), bot.Day, beijing), bot.Lit("余承东：问界 M7 Ultra 城区智驾：暂无数据"), bot.Lit("sn").With(bot.Faint)),
				}},
				bot.Fields{
					{Name: bot.Say("week.hours"), Value: bot.Lit("6 小时 30 分")},
					{Name: bot.Say("week.against"), Value: bot.Lit("1 场；没有可比数据")},
					{Name: bot.Say("week.companies"), Value: bot.Lit("小米 1 场（3 小时 30 分），鸿蒙智行 1 场（3 小时）")},
				},
				bot.List{Title: bot.Say("week.next"), Items: []bot.Text{
					bot.Join(" · ", bot.At(drive.AddDate(0, 0, 9), bot.DayClock), bot.Lit("魏建军：新车发布"), bot.Lit("s1000").With(bot.Faint)),
					bot.Join(" · ", bot.At(drive.AddDate(0, 0, 10), bot.DayClock), bot.Lit("李斌：一场直播"), bot.Lit("s1001").With(bot.Faint)),
				}},
			},
			Footer: bot.Lit("来自媒体、博文和用户，未读取任何平台 · 2024-W20"),
		}, `
5 月 13 日 – 19 日：2 场直播
%000000
- <t:1715992200:f> · 雷军：小米 SU7 Pro，上海到杭州：3900 万人观看（团队统计），约 3 小时 30 分 · *s7k*
- 5⍽月 16⍽日 周四 · 余承东：问界 M7 Ultra 城区智驾：暂无数据 · *sn*
+[直播时长] 6 小时 30 分
+[前一周] 1 场；没有可比数据
[车企] 小米 1 场（3 小时 30 分），鸿蒙智行 1 场（3 小时）
[下一周] - <t:1716769800:f> · 魏建军：新车发布 · *s1000*
- <t:1716856200:f> · 李斌：一场直播 · *s1001*
_ 来自媒体、博文和用户，未读取任何平台 · 2024-W20
`},
		{"a profile, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("Lei Jun 雷军").With(bot.Strong), Author: bot.Lit("Lei Jun 雷军 · Xiaomi"),
			Body: []bot.Block{
				para(bot.Lit("Nobody at the head of a carmaker is watched by more people on China's live platforms.")),
				bot.Fields{
					named("Xiaomi", bot.Lit("founder, chairman and CEO")),
					named("Douyin", bot.Lit("雷军, over 40 M followers (February 2025)")),
					named("Weibo", bot.Join(", ", bot.Lit("@leijun").Linked("https://weibo.com/leijun"), bot.Lit("over 24 M followers"))),
				},
				bot.List{Title: bot.Say("who.recent"), Items: []bot.Text{
					bot.Join(" · ", bot.At(drive, bot.DayClock), bot.Lit("Shanghai to Hangzhou in the SU7 Pro"), bot.Lit("s7k").With(bot.Faint)),
					bot.Join(" · ", bot.AtIn(drive.AddDate(0, 0, -20), bot.Day, beijing), bot.Lit("About the last company he founds"), bot.Lit("sj").With(bot.Faint)),
				}},
				bot.Paragraph{Text: bot.Say("next.none_known")},
				bot.Paragraph{Text: bot.Say("sight.told").With(bot.Faint)},
			},
			Footer: bot.Lit("lei-jun"),
		}, `
Lei Jun 雷军
%000000 Lei Jun 雷军 · Xiaomi
Nobody at the head of a carmaker is watched by more people on China's live platforms.
[Xiaomi] founder, chairman and CEO
[Douyin] 雷军, over 40 M followers (February 2025)
[Weibo] [@leijun](<https://weibo.com/leijun>), over 24 M followers
[Recent] - <t:1715992200:f> · Shanghai to Hangzhou in the SU7 Pro · *s7k*
- Sun 28 Apr · About the last company he founds · *sj*
[∅] Next: nothing announced.
-# I can't see the platforms by myself: I know what people here tell me, and what press and posts said.
_ lei-jun
`},
	}
}

func answers(t *testing.T) []golden {
	t.Helper()
	beijing := inZone(t, "Asia/Shanghai")
	var everyone []bot.Text
	var picks []bot.Button
	for i, company := range []string{"Xiaomi: Lei Jun", "NIO: William Li, Qin Lihong", "Great Wall: Wei Jianjun", "XPeng: He Xiaopeng", "Li Auto: Li Xiang", "HIMA: Richard Yu", "Chery: Yin Tongyue", "Geely: Gan Jiayue", "BYD: Wang Chuanfu", "iCAR: Su Jun", "GAC: Feng Xingya", "Zeekr: An Conghui"} {
		name, people, _ := strings.Cut(company, ": ")
		everyone = append(everyone, bot.Joined(bot.LabelMark, bot.Lit(name).With(bot.Strong), bot.Lit(people)))
		picks = append(picks, bot.Press(bot.Lit(company), fmt.Sprintf("/who %d", i)))
	}
	return []golden{
		{"everyone, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("I follow 13 people of 12 companies."), Body: []bot.Block{bot.List{Items: everyone}}, Buttons: picks,
		}, `
I follow 13 people of 12 companies.
%000000
- **Xiaomi**: Lei Jun
- **NIO**: William Li, Qin Lihong
- **Great Wall**: Wei Jianjun
- **XPeng**: He Xiaopeng
- **Li Auto**: Li Xiang
- **HIMA**: Richard Yu
- **Chery**: Yin Tongyue
- **Geely**: Gan Jiayue
- **BYD**: Wang Chuanfu
- **iCAR**: Su Jun
- **GAC**: Feng Xingya
- **Zeekr**: An Conghui
?Choose one: Xiaomi: Lei Jun / NIO: William Li, Qin Lihong / Great Wall: Wei Jianjun / XPeng: He Xiaopeng / Li Auto: Li Xiang / HIMA: Richard Yu / Chery: Yin Tongyue / Geely: Gan Jiayue / BYD: Wang Chuanfu / iCAR: Su Jun / GAC: Feng Xingya / Zeekr: An Conghui
`},
		{"somebody unknown, en", bot.Post{
			Locale: "en", Zone: beijing, Private: true, Headline: bot.Say("who.near", bot.Args{"Words": bot.Quote("<@5> *wei* jun at toyota.jp @everyone")}),
			Buttons: []bot.Button{
				bot.Press(bot.Lit("魏建军 Wei Jianjun, Great Wall"), "/who wei-jianjun"), bot.Press(bot.Lit("雷军 Lei Jun, Xiaomi"), "/who lei-jun"),
				bot.Press(bot.Lit("苏峻 Su Jun, iCAR"), "/who su-jun"),
			},
		}, `
I don't know “\<@5> \*wei\* jun at toyota.⁀jp @⁀everyone”. Did you mean one of these?
(魏建军 Wei Jianjun, Great Wall) (雷军 Lei Jun, Xiaomi) (苏峻 Su Jun, iCAR)
`},
		{"a mistake with choices, fr", bot.Post{
			Locale: "fr", Zone: inZone(t, "Europe/Paris"), Private: true, Headline: bot.Say("error.bad_when", bot.Args{"Words": bot.Quote("samdi 8h")}),
			Buttons: []bot.Button{
				bot.Press(bot.Say("when.today", bot.Args{"Clock": bot.At(drive, bot.Clock)}), "/remind today 8:30"),
				bot.Press(bot.Say("when.tomorrow", bot.Args{"Clock": bot.At(drive, bot.Clock)}), "/remind tomorrow 8:30"),
				bot.Press(bot.Lit("Sam. 18 mai 8 h"), "/remind sat 8:00"),
			},
		}, `
Je ne vois pas à quelle heure est «⍽samdi 8h⍽». L’une de celles-ci, ou «⍽jeudi 19:30⍽»⍽?
(Aujourd’hui 2⍽h⍽30) (Demain 2⍽h⍽30) (Sam. 18 mai 8 h)
`},
		{"done, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("I'll tell you here 10 min before each Lei Jun 雷军 stream."), Changed: true,
			Body:    []bot.Block{para(bot.Lit("No sound from 23:00 to 08:00."))},
			Footer:  bot.Lit("r1"),
			Buttons: []bot.Button{bot.Press(bot.Lit("Stop"), "/reminders r1")},
		}, `
I'll tell you here 10 min before each Lei Jun 雷军 stream.
%000000
No sound from 23:00 to 08\:00.
_ r1
(Stop)
`},
		{"a small table, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("Xiaomi and NIO, May 2024"),
			Body: []bot.Block{bot.Table{
				Heads: bot.Literals([]string{"", "Xiaomi", "NIO"}),
				Rows: [][]bot.Text{
					{bot.Lit("Streams"), bot.N(3), bot.N(12)},
					{bot.Lit("On air"), bot.For(5 * time.Hour), bot.For(90 * time.Minute)},
					{bot.Lit("Best"), bot.Figure(39_000_000), nil},
				},
			}, para(bot.Lit("Likes are not compared.").With(bot.Faint))},
			Footer: bot.Lit("May 2024"),
		}, `
Xiaomi and NIO, May 2024
%000000
´´´
         Xiaomi  NIO
Streams  3       12
On air   5 h     1 h 30 min
Best     39 M
´´´
-# Likes are not compared.
_ May 2024
`},
		{"a wide table, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("2 watches here"),
			Body: []bot.Block{bot.Table{
				Heads: bot.Literals([]string{"Id", "Whom", "When", "For"}),
				Rows: [][]bot.Text{
					{bot.Lit("w1"), bot.Lit("Lei Jun 雷军, William Li 李斌"), bot.Lit("1 h before, and when it is live"), bot.Lit("@drivers")},
					{bot.Lit("w2"), bot.Lit("everything"), bot.Lit("when it is live"), nil},
				},
			}, bot.Paragraph{Text: bot.Say("sight.told").With(bot.Faint)}},
			Buttons: []bot.Button{
				bot.Press(bot.Lit("Resume w1"), "/watch resume w1"), bot.Press(bot.Lit("Resume w2"), "/watch resume w2"), bot.Press(bot.Lit("Resume all"), "/watch resume all"),
			},
		}, `
2 watches here
%000000
- **w1** · Whom: Lei Jun 雷军, William Li 李斌 · When: 1 h before, and when it is live · For: @drivers
- **w2** · Whom: everything · When: when it is live

-# I can't see the platforms by myself: I know what people here tell me, and what press and posts said.
(Resume w1) (Resume w2) (Resume all)
`},
		{"how to say it, en", bot.Post{
			Locale: "en", Zone: beijing, Headline: bot.Lit("Be reminded of a stream"),
			Body: []bot.Block{
				para(bot.Lit("/remind [subject] [before]").With(bot.Mono)),
				para(bot.Lit("All of them: "), bot.Lit("/reminders").With(bot.Mono), bot.Lit(". The file is boardcast.toml, the account https://weibo.com/leijun.")),
				bot.List{Title: bot.Lit("So"), Ordered: true, Items: []bot.Text{
					bot.Join("", bot.Lit("/remind lei jun").With(bot.Mono), bot.Lit(" before each of his")), bot.Join("", bot.Lit("/remind s7k 1h").With(bot.Mono), bot.Lit(" before one")),
				}},
			},
		}, `
Be reminded of a stream
%000000
´/remind [subject] [before]´
All of them\: ´/reminders´. The file is ´boardcast.toml´, the account ´https://weibo.com/leijun´.

**So**
1. ´/remind lei jun´ before each of his
2. ´/remind s7k 1h´ before one
`},
	}
}

// drawn is drafts as the goldens have them.
func drawn(all []draft) string {
	var b strings.Builder
	for i, d := range all {
		if i > 0 {
			b.WriteString("----\n")
		}
		if d.Content != "" {
			b.WriteString(d.Content + "\n")
		}
		for _, e := range d.Embeds {
			b.WriteString(drawnEmbed(e))
		}
		for _, r := range d.Components {
			b.WriteString(drawnRow(r) + "\n")
		}
	}
	return strings.NewReplacer(joiner, "⁀", "\u00a0", "⍽", "\u202f", "⍽", noName, "∅", "`", "´").Replace(b.String())
}

func drawnEmbed(e *discordgo.MessageEmbed) string {
	var b strings.Builder
	if e.Author != nil {
		fmt.Fprintf(&b, "%%%06X %s\n", e.Color, e.Author.Name)
	} else {
		fmt.Fprintf(&b, "%%%06X\n", e.Color)
	}
	if e.Title != "" {
		b.WriteString("# " + e.Title + "\n")
	}
	if e.Description != "" {
		b.WriteString(e.Description + "\n")
	}
	for _, f := range e.Fields {
		beside := ""
		if f.Inline {
			beside = "+"
		}
		fmt.Fprintf(&b, "%s[%s] %s\n", beside, f.Name, f.Value)
	}
	if e.Footer != nil {
		b.WriteString("_ " + e.Footer.Text + "\n")
	}
	return b.String()
}

func drawnRow(r row) string {
	controls := make([]string, 0, len(r.Components))
	for _, c := range r.Components {
		switch {
		case len(c.Options) > 0:
			labels := make([]string, 0, len(c.Options))
			for _, o := range c.Options {
				labels = append(labels, o.Label)
			}
			controls = append(controls, "?"+c.Placeholder+": "+strings.Join(labels, " / "))
		case c.Style == discordgo.PrimaryButton:
			controls = append(controls, "("+c.Label+"*)")
		default:
			controls = append(controls, "("+c.Label+")")
		}
	}
	return strings.Join(controls, " ")
}

func TestPostsAsDiscordShowsThem(t *testing.T) {
	t.Parallel()
	l := layoutFor(t)
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			got := drawn(draftsOf(t, l, g.post))
			if diff := cmp.Diff(strings.Split(strings.TrimPrefix(g.want, "\n"), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("sent otherwise (-want +got):\n%s", diff)
			}
		})
	}
}
