import { types } from "../../local/simulator/rules/catalogue";
import { judge } from "./judge";
import { exceptions } from "./provider/exceptions";
import { type RecordedCall, type Scenario, scenarios } from "./provider/recorded";
import { Replay } from "./provider/replay";

interface CallCase {
    name: string;
    /** The resource type. */
    unit: string;
    service: string;
    scenario: Scenario;
    call: RecordedCall;
}

/** A case for each call about a type with rules. */
const cases = Object.entries(scenarios).flatMap(([path, scenario]) =>
    scenario.calls.flatMap((call, index): CallCase[] => {
        const [, service = ""] = call.type.split(/[:/]/);
        const verb = call.request.preview ? "Preview" : call.method;
        const name = `${path} ${index} ${verb} ${call.type}`;
        return types[call.type] ? [{ name, unit: call.type, service, scenario, call }] : [];
    }),
);

const replayed = new Map<Scenario, Promise<Map<RecordedCall, string[]>>>();

judge({
    name: "provider",
    cases,
    run: async ({ scenario, call }) => {
        const found = replayed.get(scenario) ?? new Replay(scenario).run();
        replayed.set(scenario, found);
        return (await found).get(call) as string[];
    },
    exceptions,
});

test("these types of the recordings have no rules", () => {
    const all = Object.values(scenarios).flatMap(({ calls }) => calls.map(({ type }) => type));
    expect([...new Set(all)].filter((type) => !types[type]).sort()).toEqual([
        "gcp:cloudfunctions/function:Function",
        "gcp:datastream/connectionProfile:ConnectionProfile",
        "gcp:servicedirectory/namespace:Namespace",
        "gcp:servicedirectory/service:Service",
    ]);
});
