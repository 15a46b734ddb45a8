package commands

import (
	"context"
	"slices"
	"strings"

	"boardcast/bot"
	"boardcast/storage"
)

// wish is a metric as somebody asks for it: perhaps without the place that counts.
type wish struct{ Place, What string }

// metric is the metric that is wished for, if the place is.
func (w wish) metric() (storage.Metric, bool) {
	return storage.Metric(w.Place + "." + w.What), w.Place != "" && w.What != ""
}

// fits reports whether a metric is one of those that are wished for; all are if none is.
func (w wish) fits(m storage.Metric) bool {
	return (w.Place == "" || w.Place == m.Place()) && (w.What == "" || w.What == m.What())
}

// measureWords are what measures are called, folded, besides their own names.
var measureWords = map[string]string{
	"viewers":    "viewers|viewer|watched|观看|观看人数|spectateurs",
	"entered":    "entered|entries|entered the room|看过|看过人次|人次|观看人次|进房|entrees",
	"plays":      "plays|views|播放|播放量|lectures|vues",
	"concurrent": "concurrent|at once|peak|peak at once|online|concurrent viewers|同时在线|最高同时在线|在线|在线人数|simultanes|simultane|en simultane|maximum en simultane|pic",
	"popularity": "popularity|heat|人气|人气值|热度|popularite|indice de popularite", "participants": "participants|took part|参与|参与人数",
	"cars_sold":     "cars sold|sold|卖车|售出车辆|销量|voitures vendues|ventes",
	"new_followers": "new followers|涨粉|nouveaux abonnes", "followers": "followers|fans|粉丝|粉丝数|abonnes",
	"topic_reads": "topic reads|reads of the topic|话题阅读|话题阅读量|阅读量|lectures du sujet", "comments": "comments|弹幕|评论|commentaires",
	"shares": "shares|分享|转发|partages", "likes": "likes|like|点赞|赞|jaime",
}

// placeWords are the places that are no platform.
var placeWords = map[string]string{
	storage.StaffCount: "staff|their staff|own count|团队|官方|equipe", storage.PressCount: "press|媒体|平台未注明|presse",
}

// called finds the entry of a table that goes by a folded name.
func called(table map[string]string, folded string) (string, bool) {
	for name, words := range table {
		if slices.Contains(strings.Split(words, "|"), folded) {
			return name, true
		}
	}
	return "", false
}

// measureCalled finds a measure by any of its names.
func measureCalled(words string) (string, bool) {
	if m, ok := storage.Metric("x." + strings.ToLower(strings.TrimSpace(words))).Canonical(); ok {
		return m.What(), true
	}
	return called(measureWords, storage.Fold(words))
}

// metricOption is an option that is something counted, with or without the place that counts it.
func (f *family) metricOption() bot.Option[wish] {
	o := bot.NewOption("metric", "option.metric", func(ctx context.Context, _ *bot.Request, words string) (wish, error) {
		return f.readMetric(ctx, words)
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		if strings.ContainsAny(words, "0123456789") {
			return bot.NoPeriod(words) // the option behind it: nothing that is counted has a digit
		}
		return &bot.ChoiceError{
			Code: bot.Unknown, Say: bot.Say("error.bad_metric", bot.Args{"Words": bot.Quote(words)}), Choices: metricChoices(""),
		}
	}).Proposing(func(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
		return metricChoices(strings.ToLower(typed)), nil
	})
}

// metricChoices are the measures of which a name begins with what is typed.
func metricChoices(typed string) []bot.Choice {
	var choices []bot.Choice
	for _, measure := range storage.Measures() {
		begins := func(word string) bool { return strings.HasPrefix(word, storage.Fold(typed)) }
		if strings.HasPrefix(measure.What, typed) || slices.ContainsFunc(strings.Split(measureWords[measure.What], "|"), begins) {
			choices = append(choices, bot.Choice{Value: measure.What, Label: bot.Say("measure." + measure.What)})
		}
	}
	return choices
}

// readMetric reads "entered", "douyin.entered", "entered on Douyin", 抖音看过.
func (f *family) readMetric(ctx context.Context, words string) (wish, error) {
	const longest = 60
	if len(words) > longest {
		return wish{}, bot.ErrNotThis
	}
	if what, ok := measureCalled(words); ok {
		return wish{What: what}, nil
	}
	words = strings.NewReplacer(" on ", " ", " sur ", " ", ".", " ").Replace(strings.ToLower(words))
	for i := range words {
		left, right := strings.TrimSpace(words[:i]), strings.TrimSpace(words[i:])
		if left == "" || right == "" {
			continue
		}
		for _, pair := range [][2]string{{left, right}, {right, left}} {
			what, ok := measureCalled(pair[1])
			if !ok {
				continue
			}
			place, err := f.placeCalled(ctx, pair[0])
			if err != nil {
				return wish{}, err
			}
			if place != "" {
				return wish{Place: place, What: what}, nil
			}
		}
	}
	return wish{}, bot.ErrNotThis
}

// placeCalled finds a place that counts by any of its names; "" if there is none.
func (f *family) placeCalled(ctx context.Context, words string) (string, error) {
	folded := storage.Fold(words)
	if place, ok := called(placeWords, folded); ok {
		return place, nil
	}
	platforms, err := f.platforms(ctx, func(p storage.Platform) bool { return isCalled(p, folded) })
	if err != nil || len(platforms) == 0 {
		return "", err
	}
	return platforms[0].ID, nil
}
