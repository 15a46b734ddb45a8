package bot

// ReadHours reads a span of every day: "23-8", "23:00-08:00", "11pm to 8am", "23h à 8h", "晚上11点到早上8点". It returns the
// minutes after midnight, 0 to 1439, at which the span begins and ends; one that ends before it begins runs over midnight.
// What is no span is ErrNotThis; one that ends where it begins is an *Error.
func ReadHours(words string) (from, to int, err error) {
	p, ok := newPhrase(words)
	if !ok {
		return 0, 0, ErrNotThis
	}
	takeOf(&p, fromWords)
	from, first := p.hour()
	_, joined := takeOf(&p, toWords)
	to, second := p.hour()
	switch {
	case !first || !joined || !second || !p.done():
		return 0, 0, ErrNotThis
	case from == to:
		return 0, 0, NewError(Invalid, "error.hours_empty", nil)
	}
	return from, to, nil
}

// hour reads a clock time that needs no mark, with or without the part of the day, in minutes after midnight.
func (p *phrase) hour() (int, bool) {
	span, within := takeOf(p, spanWords)
	c, ok := p.clock()
	if !ok {
		c, ok = p.plainHour()
	}
	if ok && !within {
		span, within = takeOf(p, spanWords)
	}
	if !ok {
		return 0, false
	}
	const day = 24 * 60
	if !within {
		return c.minutes % day, true
	}
	fitting := span.fit(c)
	if len(fitting) == 0 {
		return 0, false
	}
	return fitting[0] % day, true
}

// plainHour reads an hour that is only a number.
func (p *phrase) plainHour() (clock, bool) {
	f, ok := p.match("H")
	if !ok {
		return clock{}, false
	}
	return f.clock()
}
