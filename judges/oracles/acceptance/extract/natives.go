package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

// natives are functions and constants that are not evaluated from source, by import path and name: those of the standard library, those
// of bootstrap.go, which need Google Cloud, and those that start a test.
var natives = map[string]any{
	"fmt.Sprintf": Native(func(in *Interpreter, at ast.Node, arguments []any) any {
		if u := unknownIn(&List{arguments}); u != nil {
			return u
		}
		given := []any{}
		for _, each := range arguments[1:] {
			given = append(given, plain(each))
		}
		return fmt.Sprintf(arguments[0].(string), given...)
	}),
	"fmt.Sprint":  fmt.Sprint,
	"fmt.Errorf":  failure,
	"errors.New":  failure,
	"log.Printf":  nothing,
	"log.Print":   nothing,
	"log.Println": nothing,
	"fmt.Printf":  nothing,
	"fmt.Println": nothing,

	"strings.Replace":    strings.Replace,
	"strings.ReplaceAll": strings.ReplaceAll,
	"strings.ToUpper":    strings.ToUpper,
	"strings.ToLower":    strings.ToLower,
	"strings.Title":      strings.Title, //lint:ignore SA1019 tests call it
	"strings.TrimSpace":  strings.TrimSpace,
	"strings.Trim":       strings.Trim,
	"strings.TrimPrefix": strings.TrimPrefix,
	"strings.TrimSuffix": strings.TrimSuffix,
	"strings.TrimLeft":   strings.TrimLeft,
	"strings.TrimRight":  strings.TrimRight,
	"strings.Split":      strings.Split,
	"strings.SplitN":     strings.SplitN,
	"strings.Fields":     strings.Fields,
	"strings.Join":       strings.Join,
	"strings.Repeat":     strings.Repeat,
	"strings.Contains":   strings.Contains,
	"strings.HasPrefix":  strings.HasPrefix,
	"strings.HasSuffix":  strings.HasSuffix,
	"strings.Index":      strings.Index,
	"strings.LastIndex":  strings.LastIndex,
	"strings.Count":      strings.Count,
	"strings.EqualFold":  strings.EqualFold,

	"strconv.Itoa":        strconv.Itoa,
	"strconv.Atoi":        strconv.Atoi,
	"strconv.Quote":       strconv.Quote,
	"strconv.FormatInt":   strconv.FormatInt,
	"strconv.FormatBool":  strconv.FormatBool,
	"strconv.FormatFloat": strconv.FormatFloat,
	"strconv.ParseBool":   strconv.ParseBool,
	"strconv.ParseInt":    strconv.ParseInt,

	// Patterns of expected errors are read as text.
	"regexp.MustCompile": regexp.MustCompile,
	"regexp.Compile":     regexp.Compile,
	"regexp.MatchString": regexp.MatchString,
	"regexp.QuoteMeta":   regexp.QuoteMeta,
	"maps.Clone": Native(func(in *Interpreter, at ast.Node, arguments []any) any {
		m, ok := arguments[0].(*Map)
		if !ok {
			in.fail(at, "a copy of %T", arguments[0])
		}
		return &Map{maps.Clone(m.entries), m.elem}
	}),
	"sort.Strings":                   sort.Strings,
	"net/url.QueryEscape":            url.QueryEscape,
	"net/url.PathEscape":             url.PathEscape,
	"path/filepath.Join":             filepath.Join,
	"path/filepath.Base":             filepath.Base,
	"encoding/base64.StdEncoding":    base64.StdEncoding,
	"encoding/base64.URLEncoding":    base64.URLEncoding,
	"encoding/base64.RawStdEncoding": base64.RawStdEncoding,
	"encoding/json.Marshal": Native(func(in *Interpreter, at ast.Node, arguments []any) any {
		if u := unknownIn(arguments[0]); u != nil {
			return u
		}
		text, err := json.Marshal(textual(plain(arguments[0])))
		if err != nil {
			in.fail(at, "%v", err)
		}
		return Tuple{text, nil}
	}),

	"time.Nanosecond":  int64(time.Nanosecond),
	"time.Millisecond": int64(time.Millisecond),
	"time.Second":      int64(time.Second),
	"time.Minute":      int64(time.Minute),
	"time.Hour":        int64(time.Hour),
	"time.RFC3339":     time.RFC3339,
	"time.RFC3339Nano": time.RFC3339Nano,
	"time.DateOnly":    time.DateOnly,
	"time.UTC":         time.UTC,
	"time.Local":       time.UTC,
	"time.January":     int64(time.January),
	"time.Parse":       time.Parse,
	"time.Unix":        time.Unix,
	"time.Sleep":       nothing,
	"time.Date": Native(func(in *Interpreter, at ast.Node, arguments []any) any {
		n := []int{}
		for _, each := range arguments[:7] {
			number, ok := each.(int64)
			if month, isMonth := each.(time.Month); isMonth {
				number, ok = int64(month), true
			}
			if !ok {
				in.fail(at, "a date of %T", each)
			}
			n = append(n, int(number))
		}
		return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], n[6], time.UTC)
	}),
	// The day of the tests, so that the same sources always result in the same bytes.
	"time.Now": Native(func(in *Interpreter, at ast.Node, _ []any) any {
		now, err := time.Parse(time.RFC3339, in.environment["NOW"])
		if err != nil {
			in.fail(at, "the time, as NOW is not in the environment")
		}
		return now
	}),

	"os.Getenv": Native(func(in *Interpreter, _ ast.Node, arguments []any) any {
		name, _ := arguments[0].(string)
		if in.test != nil {
			if value, ok := in.test.environment[name]; ok {
				return value
			}
		}
		return in.environment[name]
	}),
	"os.ReadFile":        readFile,
	"io/ioutil.ReadFile": readFile,
	"os.Getwd": Native(func(in *Interpreter, _ ast.Node, _ []any) any {
		return Tuple{filepath.Join(in.source.folder, in.test.file.pkg.folder), nil}
	}),
	"context.Background":  nothing,
	"os.CreateTemp":       temporaryFile,
	"io/ioutil.TempFile":  temporaryFile,
	"os.WriteFile":        writeFile,
	"io/ioutil.WriteFile": writeFile,
	"os.Remove":           nothing,
	"os.RemoveAll":        nothing,
	"os.MkdirAll":         nothing,
}

// nothing is a function without an effect on configurations.
var nothing = Native(func(*Interpreter, ast.Node, []any) any { return nil })

var failure = Native(func(_ *Interpreter, _ ast.Node, arguments []any) any { return errors.New(fmt.Sprint(arguments...)) })

// readFile reads a file beside the tests.
var readFile = Native(func(in *Interpreter, at ast.Node, arguments []any) any {
	name, ok := arguments[0].(string)
	if !ok {
		return Tuple{&Unknown{text: "the name of a file"}, nil}
	}
	text, err := os.ReadFile(in.beside(name))
	if err != nil {
		in.fail(at, "%v", err)
	}
	return Tuple{text, nil}
})

// temporaryFile returns a file in the folder for what tests write.
var temporaryFile = Native(func(in *Interpreter, at ast.Node, arguments []any) any {
	return Tuple{&Struct{"os.File", nil, map[string]any{"name": in.written(text(in, at, arguments, 1))}}, nil}
})

// writeFile writes a file into the folder for what tests write, and nowhere else.
var writeFile = Native(func(in *Interpreter, at ast.Node, arguments []any) any {
	in.write(at, text(in, at, arguments, 0), arguments[1])
	return nil
})

// written returns the path of a file that a test writes, which is always the same.
func (in *Interpreter) written(pattern string) string {
	name := "shared"
	if in.test != nil {
		name = fmt.Sprintf("%x", in.test.number())
	}
	return filepath.Join(in.environment["FILES"], name+"-"+strings.ReplaceAll(filepath.Base(pattern), "*", ""))
}

func (in *Interpreter) write(at ast.Node, name string, content any) {
	below, err := filepath.Rel(in.environment["FILES"], name)
	if err != nil || !filepath.IsLocal(below) {
		in.fail(at, "a file in another folder: %s", name)
	}
	bytes, ok := content.([]byte)
	if text, isText := content.(string); isText {
		bytes, ok = []byte(text), true
	}
	if !ok {
		in.fail(at, "an unknown content of a file")
	}
	if err = os.MkdirAll(filepath.Dir(name), 0o755); err == nil {
		err = os.WriteFile(name, bytes, 0o644)
	}
	if err != nil {
		in.fail(at, "%v", err)
	}
}

// beside returns the path of a file that a test names.
func (in *Interpreter) beside(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(in.source.folder, in.test.file.pkg.folder, name)
}

// textual converts the keys of maps, for JSON.
func textual(value any) any {
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			v[i] = textual(item)
		}
	case map[any]any:
		found := map[string]any{}
		for key, item := range v {
			found[fmt.Sprint(key)] = textual(item)
		}
		return found
	}
	return value
}

// builtins are the functions of the language.
var builtins = map[string]Native{
	"len": func(in *Interpreter, at ast.Node, arguments []any) any {
		switch v := arguments[0].(type) {
		case nil:
			return int64(0)
		case string:
			return int64(len(v))
		case []byte:
			return int64(len(v))
		case *List:
			return int64(len(v.items))
		case *Map:
			return int64(len(v.entries))
		}
		return &Unknown{text: "a length"}
	},
	"append": func(in *Interpreter, at ast.Node, arguments []any) any {
		if u, ok := arguments[0].(*Unknown); ok {
			return u
		}
		found := &List{}
		if list, ok := arguments[0].(*List); ok {
			found.items = append(found.items, list.items...)
		}
		found.items = append(found.items, arguments[1:]...)
		return found
	},
	"delete": func(in *Interpreter, at ast.Node, arguments []any) any {
		if m, ok := arguments[0].(*Map); ok {
			delete(m.entries, arguments[1])
		}
		return nil
	},
	"copy": func(in *Interpreter, at ast.Node, arguments []any) any {
		in.fail(at, "copy")
		return nil
	},
	"panic": func(in *Interpreter, at ast.Node, arguments []any) any {
		panic(stopped{fmt.Sprint(arguments...)})
	},
	"min": func(in *Interpreter, at ast.Node, arguments []any) any { return extreme(in, at, arguments, true) },
	"max": func(in *Interpreter, at ast.Node, arguments []any) any { return extreme(in, at, arguments, false) },
}

func extreme(in *Interpreter, at ast.Node, arguments []any, least bool) any {
	found, ok := arguments[0].(int64)
	for _, each := range arguments {
		number, isNumber := each.(int64)
		ok = ok && isNumber
		if (number < found) == least {
			found = number
		}
	}
	if !ok {
		in.fail(at, "min or max of what is no integer")
	}
	return found
}

// nativeMember returns a method or a field of a value of the standard library, or a new value of a type.
func nativeMember(of any, name string) any {
	switch name {
	case "strings.Builder":
		return &strings.Builder{}
	case "bytes.Buffer":
		return &bytes.Buffer{}
	}
	value := reflect.ValueOf(of)
	if method := value.MethodByName(name); method.IsValid() {
		return method.Interface()
	}
	return &Unknown{text: fmt.Sprintf("%T.%s", of, name)}
}
