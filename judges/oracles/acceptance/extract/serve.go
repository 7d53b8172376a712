package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/ast"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Request asks for the plan of a configuration, or for the identifier with which a step imports.
type Request struct {
	Config string `json:"config"`
	// Folder is where files are, below the checkout.
	Folder string `json:"folder"`
	// State has the attributes of the resources that exist, by address; for an identifier, by path: disk.0.size.
	State map[string]json.RawMessage `json:"state"`
	// Import is a step of which the identifier is asked for.
	Import *ImportStep `json:"import"`
}

// ImportStep is a step with a function that returns the identifier of what is imported.
type ImportStep struct {
	File string `json:"file"`
	Test string `json:"test"`
	// Step counts from 0.
	Step int `json:"step"`
}

// Response is a plan, the identifier or an error.
type Response struct {
	Plan     *Plan  `json:"plan,omitempty"`
	ImportID string `json:"importId,omitempty"`
	Error    string `json:"error,omitempty"`
}

// serve answers each line of requests with one of responses.
func (in *Interpreter) serve(requests io.Reader, responses io.Writer) error {
	reader := bufio.NewReader(requests)
	encoder := json.NewEncoder(responses)
	encoder.SetEscapeHTML(false)
	for {
		line, err := reader.ReadBytes('\n')
		if len(line) > 1 {
			if err := encoder.Encode(in.answer(line)); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (in *Interpreter) answer(line []byte) (response *Response) {
	defer func() {
		if problem := recover(); problem != nil {
			response = &Response{Error: fmt.Sprint(problem)}
		}
	}()
	request := Request{}
	if err := json.Unmarshal(line, &request); err != nil {
		return &Response{Error: err.Error()}
	}
	if request.Import != nil {
		id, err := in.importID(request.Import, request.State)
		if err != nil {
			return &Response{Error: err.Error()}
		}
		return &Response{ImportID: id}
	}
	state := map[string]cty.Value{}
	for address, text := range request.State {
		typ, err := ctyjson.ImpliedType(text)
		if err != nil {
			return &Response{Error: err.Error()}
		}
		value, err := ctyjson.Unmarshal(text, typ)
		if err != nil {
			return &Response{Error: err.Error()}
		}
		if state[address], err = cty.Transform(value, withUnknown); err != nil {
			return &Response{Error: err.Error()}
		}
	}
	folder := filepath.Join(in.source.folder, request.Folder)
	return &Response{Plan: Evaluate(request.Config, folder, in.environment["NOW"], state)}
}

// unknownText is Pulumi's mark of values that are not known at preview.
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

func withUnknown(_ cty.Path, value cty.Value) (cty.Value, error) {
	if value.Type() == cty.String && !value.IsNull() && value.IsKnown() && value.AsString() == unknownText {
		return cty.DynamicVal, nil
	}
	return value, nil
}

// importID runs the function of a step with a state.
func (in *Interpreter) importID(step *ImportStep, state map[string]json.RawMessage) (string, error) {
	tests := in.testsOf(step.File)
	at := slices.IndexFunc(tests, func(test *Test) bool { return test.Name == step.Test })
	if at < 0 || step.Step >= len(tests[at].steps) {
		return "", fmt.Errorf("%s has no test %s with a step %d", step.File, step.Test, step.Step)
	}
	fields := tests[at].steps[step.Step].(*Struct).fields
	resources := texts(map[any]any{})
	for address, content := range state {
		attributes := map[string]string{}
		if err := json.Unmarshal(content, &attributes); err != nil {
			return "", err
		}
		flat := texts(map[any]any{})
		for path, value := range attributes {
			flat.entries[path] = value
		}
		primary := &Struct{"InstanceState", nil, map[string]any{"ID": flat.entries["id"], "Attributes": flat}}
		resources.entries[address] = &Struct{"ResourceState", nil, map[string]any{"Primary": primary, "Type": typeOf(address)}}
	}
	modules := &Struct{"ModuleState", nil, map[string]any{"Resources": resources}}
	given := &Struct{"State", nil, map[string]any{
		"Modules":    &List{[]any{modules}},
		"RootModule": nothingReturning(modules),
	}}
	id := ""
	reason, detail := in.guarded(func() {
		in.steps = 0
		in.test = &Running{name: step.Test, file: &File{path: step.File, pkg: &Package{folder: filepath.Dir(step.File)}}}
		defer func() { in.test = nil }()
		result := in.apply(nil, fields["ImportStateIdFunc"], []any{given})
		if values, ok := result.(Tuple); ok && len(values) > 0 {
			result = values[0]
		}
		id, _ = result.(string)
	})
	if reason != "" {
		return "", fmt.Errorf("%s: %s", reason, detail)
	}
	if id == "" {
		return "", fmt.Errorf("the function of the step returns no identifier")
	}
	return id, nil
}

func nothingReturning(value any) Native {
	return func(*Interpreter, ast.Node, []any) any { return value }
}

func typeOf(address string) string {
	kind, _, _ := strings.Cut(address, ".")
	return kind
}
