package main

import (
	"fmt"
	"go/ast"
	"strings"
)

// Running is a test function while it runs, or a subtest.
type Running struct {
	name        string
	file        *File
	environment map[string]string
	bootstraps  []Bootstrap
	// calls are what the test itself calls that cannot be computed.
	calls []string
	drawn int
	// found are the acceptance tests that it started, and those that its subtests did.
	found []*Test
}

// Test is an acceptance test, or a test function of which none could be extracted, with the reason.
type Test struct {
	Name     string      `json:"name"`
	Function string      `json:"function"`
	File     string      `json:"file"`
	Service  string      `json:"service"`
	Reason   string      `json:"reason,omitempty"`
	Detail   string      `json:"detail,omitempty"`
	Needs    []Bootstrap `json:"bootstrap,omitempty"`
	// Setup are functions that the test calls before it starts, and that need Google Cloud.
	Setup     []string `json:"setup,omitempty"`
	Providers []string `json:"providers,omitempty"`
	// Types are those of the resources, and with "data." those of the data sources.
	Types []string `json:"types,omitempty"`
	Steps []Step   `json:"steps,omitempty"`
	// steps are those of the source, for functions of a step that run later.
	steps []any
}

// The reasons why a test cannot be extracted.
const (
	noAcceptance = "unit test"
	skips        = "skips itself"
	unknownValue = "unknown value"
	noStatement  = "unsupported code"
	noFiles      = "configuration in files"
	noBootstrap  = "bootstrap"
)

// number returns a number that depends on the test and how many it drew.
func (r *Running) number() uint64 {
	r.drawn++
	return number(fmt.Sprintf("%s %d", r.name, r.drawn))
}

func (r *Running) random(length int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz012346789"
	found := strings.Builder{}
	for range length {
		found.WriteByte(letters[r.number()%uint64(len(letters))])
	}
	return found.String()
}

// Run runs a test function, and returns its acceptance tests.
func (in *Interpreter) Run(test *Declared) []*Test {
	fun := &Func{test.decl.Name.Name, test.decl.Type, test.decl.Body, &Env{map[string]*any{}, nil}, test.file, "", nil}
	in.steps = 0
	return in.runTest(test.decl, &Running{name: test.decl.Name.Name, file: test.file, environment: map[string]string{}}, fun)
}

func (in *Interpreter) runTest(at ast.Node, test *Running, fun any) []*Test {
	outer, depth := in.test, in.depth
	in.test, in.depth = test, 0
	reason, detail := in.guarded(func() {
		in.apply(at, fun, []any{&Struct{"testing.T", nil, map[string]any{}}})
	})
	in.test, in.depth = outer, depth
	if reason == "" && len(test.found) > 0 {
		return test.found
	}
	if reason == "" {
		reason = noAcceptance
	}
	// A test that started one, and cannot go on, is not extracted at all.
	return []*Test{test.describe(reason, detail)}
}

// guarded says why a function cannot be run to its end.
func (in *Interpreter) guarded(run func()) (reason, detail string) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case skipped:
			reason, detail = skips, problem.reason
		case stopped:
			reason, detail = unknownValue, problem.reason
		case unsupported:
			reason, detail = noStatement, problem.at+": "+problem.reason
			switch {
			case strings.Contains(problem.reason, "Bootstrap"):
				reason = noBootstrap
			case strings.Contains(problem.reason, "depends on"):
				reason = unknownValue
			}
		default:
			panic(problem)
		}
	}()
	run()
	return "", ""
}

func (r *Running) describe(reason, detail string) *Test {
	function, _, _ := strings.Cut(r.name, "/")
	service := strings.TrimPrefix(r.file.pkg.folder, "google/services/")
	return &Test{Name: r.name, Function: function, File: r.file.path, Service: service, Reason: reason, Detail: detail}
}

// capture is what starts an acceptance test.
var capture = Native(func(in *Interpreter, at ast.Node, arguments []any) any {
	found := in.test.describe("", "")
	in.test.found = append(in.test.found, found)
	if len(in.test.found) > 1 {
		found.Name = fmt.Sprintf("%s#%d", in.test.name, len(in.test.found))
	}
	in.read(found, arguments[1])
	if unknown := unknownBootstrap(in.test.calls); unknown != "" && found.Reason == "" {
		found.Reason, found.Detail = noBootstrap, unknown
	}
	return nil
})

// unknownBootstrap returns a call that makes something that this program does not know.
func unknownBootstrap(calls []string) string {
	for _, each := range calls {
		if strings.Contains(each, "Bootstrap") && !strings.Contains(each, "BootstrapConfig") {
			return each
		}
	}
	return ""
}

// methods are those of the types of other modules, by type and name. The receiver is the first argument.
var methods map[string]Native

func init() {
	methods = map[string]Native{
		"testing.T.Name":      func(in *Interpreter, _ ast.Node, _ []any) any { return in.test.name },
		"testing.T.Parallel":  nothing,
		"testing.T.Helper":    nothing,
		"testing.T.Cleanup":   nothing,
		"testing.T.Log":       nothing,
		"testing.T.Logf":      nothing,
		"testing.T.Failed":    func(*Interpreter, ast.Node, []any) any { return false },
		"testing.T.Skip":      skip,
		"testing.T.Skipf":     skip,
		"testing.T.SkipNow":   skip,
		"testing.T.Fatal":     stop,
		"testing.T.Fatalf":    stop,
		"testing.T.FailNow":   stop,
		"testing.T.Error":     stop,
		"testing.T.Errorf":    stop,
		"testing.T.TempDir":   func(in *Interpreter, _ ast.Node, _ []any) any { return in.written("folder") },
		"os.File.Name":        func(_ *Interpreter, _ ast.Node, arguments []any) any { return arguments[0].(*Struct).fields["name"] },
		"os.File.Close":       nothing,
		"os.File.Write":       writeTo,
		"os.File.WriteString": writeTo,
		"testing.T.Setenv": func(in *Interpreter, at ast.Node, arguments []any) any {
			in.test.environment[text(in, at, arguments, 1)] = text(in, at, arguments, 2)
			return nil
		},
		"testing.T.Run": func(in *Interpreter, at ast.Node, arguments []any) any {
			outer := in.test
			name := strings.ReplaceAll(text(in, at, arguments, 1), " ", "_")
			environment := map[string]string{}
			for key, value := range outer.environment {
				environment[key] = value
			}
			within := &Running{
				name: outer.name + "/" + name, file: outer.file, environment: environment, bootstraps: outer.bootstraps, calls: outer.calls,
			}
			for _, each := range in.runTest(at, within, arguments[2]) {
				// A subtest without an acceptance test is none.
				if each.Reason != noAcceptance {
					outer.found = append(outer.found, each)
				}
			}
			return true
		},
	}
}

var writeTo = Native(func(in *Interpreter, at ast.Node, arguments []any) any {
	in.write(at, text(in, at, []any{arguments[0].(*Struct).fields["name"]}, 0), arguments[1])
	return Tuple{int64(0), nil}
})

var skip = Native(func(_ *Interpreter, _ ast.Node, arguments []any) any {
	panic(skipped{strings.TrimSpace(fmt.Sprintln(arguments[1:]...))})
})

var stop = Native(func(_ *Interpreter, _ ast.Node, arguments []any) any {
	panic(stopped{strings.TrimSpace(fmt.Sprintln(arguments[1:]...))})
})
