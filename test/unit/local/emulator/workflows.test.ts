import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { World } from "../world";
import { Emulator, endpoint, eventually } from "./served";

const workflow = "projects/acme-dev/locations/europe-west1/workflows/nightly";
const account = "nightly@acme-dev.iam.gserviceaccount.com";

/** A cloud with the workflow `nightly`, and the URL of `https://api.example.com`. */
async function started(steps: string, url?: string, more: Inputs = {}) {
    const world = new World().grantEditors();
    world.enable(
        "workflows",
        "workflowexecutions",
        "cloudscheduler",
        "iam",
        "pubsub",
        "secretmanager",
        "iamcredentials",
    );
    world.account("nightly");
    const settings = { region: "europe-west1", deletionProtection: false, serviceAccount: account };
    world.make("Workflow", { name: "nightly", sourceContents: steps, ...settings, ...more });
    const emulator = await Emulator.of(world, url ? { "https://api.example.com": url } : {});
    const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
        const answer = await fetch(`${emulator.url}/v1/${path}`, {
            method,
            headers,
            ...(body && { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: (await answer.json()) as Inputs };
    };
    const ended = async (name: string): Promise<Inputs> => {
        let execution: Inputs = {};
        await eventually(async () => {
            execution = (await call("GET", name)).body;
            expect(execution.state).not.toBe("ACTIVE");
        });
        return execution;
    };
    const run = async (argument?: unknown) => {
        const given = argument === undefined ? {} : { argument: JSON.stringify(argument) };
        const { status, body } = await call("POST", `${workflow}/executions`, given);
        expect([status, body.state ?? body.error?.message]).toEqual([200, "ACTIVE"]);
        return ended(body.name);
    };
    return { world, emulator, call, ended, run };
}

/** What a workflow returns, or the payload of its error. */
async function resultOf(steps: string, argument?: unknown): Promise<unknown> {
    const { run } = await started(steps);
    const { result, error } = await run(argument);
    return JSON.parse(result ?? error.payload);
}

const returned = (expression: string) => resultOf(JSON.stringify([{ answer: { return: `\${${expression}}` } }]));

// Functions as https://cloud.google.com/workflows/docs/reference/stdlib describes them; `text.find_all` and `time.format` are examples of these pages.
test.each<[string, unknown]>([
    ['text.find_all("00000", "00")', [0, 2]],
    ['text.find_all("Hello World", "l")', [2, 3, 9]],
    ['time.format(1720788633,"GMT")', "2024-07-12T12:50:33.000000Z"],
    ["time.format(1720788633)", "2024-07-12T12:50:33.000000Z"],
    ['time.format(1720788633,"Europe/Paris")', "2024-07-12T14:50:33.000000+02:00"],
    ['time.parse("2024-07-12T12:50:33Z")', 1720788633],
    ['"Hello" + " " + "World"', "Hello World"],
    ["(1 + 2) * 3 - 4", 5],
    ["7 / 2", 3.5],
    ["7 // 2", 3],
    ["7 % 2", 1],
    ["not (1 > 2) and 2 >= 2", true],
    ['"b" in ["a", "b"]', true],
    ['if(len("abc") == 3, "yes", "no")', "yes"],
    ['default(null, "other")', "other"],
    ['int("12") + int(2.9)', 14],
    ['string(12) + string(true) + text.to_upper("a")', "12trueA"],
    ['text.split("a,b", ",")', ["a", "b"]],
    ['text.substring("Hello", 1, 3)', "el"],
    ['text.replace_all("banana", "an", "o")', "booa"],
    ['text.match_regex("abc123", "[0-9]+$")', true],
    [
        'text.find_all_regex("a1b22", "[0-9]+")',
        [
            { index: 1, match: "1" },
            { index: 3, match: "22" },
        ],
    ],
    ['text.url_encode("a b&c")', "a%20b%26c"],
    ['base64.encode(text.encode("tea"))', "dGVh"],
    ['text.decode(base64.decode("dGVh"))', "tea"],
    ['json.decode("{\\"a\\": [1, null]}")', { a: [1, null] }],
    ["json.encode_to_string(list.concat([1], 2))", "[1,2]"],
    ["list.prepend([1], 0)", [0, 1]],
    ["math.max(2, math.abs(-3))", 3],
    ["math.floor(2.7)", 2],
    ['sys.get_env("GOOGLE_CLOUD_PROJECT_ID") + sys.get_env("NONE", "-")', "acme-dev-"],
    ["len(uuid.generate())", 36],
    ["sys.now() > 1700000000", true],
])("the expression %s is evaluated", async (expression, value) => {
    expect(await returned(expression)).toEqual(value);
});

test.each<[string, string[]]>([
    ["1 / 0", ["ZeroDivisionError", "ArithmeticError"]],
    ['1 + "a"', ["TypeError"]],
    ["[1][4]", ["IndexError", "LookupError"]],
    ['json.decode("{}").missing', ["KeyError", "LookupError"]],
    ['json.decode("{")', ["ValueError"]],
    ['int("a")', ["ValueError"]],
    ['sys.get_env("NONE")', ["KeyError", "LookupError"]],
])("%s raises %j", async (expression, tags) => {
    expect(await returned(expression)).toMatchObject({ message: expect.stringContaining(`${tags[0]}: `), tags });
});

test("steps assign, jump, switch and loop", async () => {
    const steps = `
main:
    params: [input]
    steps:
        - init:
              assign:
                  - sum: 0
                  - order: { items: [1, 2], by: { name: "ada" } }
                  - copy: \${order}
                  - copy.by.name: "bob"
                  - copy.items[1]: 5
                  - copy.new.deep: true
        - count:
              for:
                  value: each
                  index: at
                  in: \${input.numbers}
                  steps:
                      - check:
                            switch:
                                - condition: \${each > 10}
                                  next: break
                                - condition: \${each == 2}
                                  next: continue
                      - add:
                            assign: [{ sum: "\${sum + each + at}" }]
        - ranged:
              for:
                  value: each
                  range: [1, 3]
                  steps: [{ more: { assign: [{ sum: "\${sum + each * 100}" }] } }]
        - named:
              call: greet
              args: { first: "Ada" }
              result: greeting
        - jump:
              next: done
        - skipped:
              raise: "not reached"
        - done:
              return: ["\${sum}", "\${order}", "\${copy}", "\${greeting}", '\${greet("Bob", "Hi")}']
greet:
    params: [first, { word: "Hello" }]
    steps:
        - answer:
              return: \${word + " " + first}
`;
    expect(await resultOf(steps, { numbers: [1, 2, 3, 40, 5] })).toEqual([
        606,
        { items: [1, 2], by: { name: "ada" } },
        { items: [1, 5], by: { name: "bob" }, new: { deep: true } },
        "Hello Ada",
        "Hi Bob",
    ]);
});

test("branches and iterations run in parallel with shared variables, and their errors are one", async () => {
    const steps = `
main:
    steps:
        - init: { assign: [{ sum: 0 }, { own: 1 }] }
        - both:
              parallel:
                  shared: [sum]
                  branches:
                      - one: { steps: [{ wait: { call: sys.sleep, args: { seconds: 0.05 } } }, { a: { assign: [{ sum: "\${sum + 1}" }] } }] }
                      - two: { steps: [{ b: { assign: [{ sum: "\${sum + own}" }] } }] }
        - each:
              parallel:
                  shared: [sum]
                  for: { value: n, in: [10, 20], steps: [{ c: { assign: [{ sum: "\${sum + n}" }] } }] }
        - failing:
              try:
                  steps:
                      - inner:
                            parallel:
                                branches:
                                    - good: { steps: [{ d: { assign: [{ e: 1 }] } }] }
                                    - bad: { steps: [{ f: { raise: "broken" } }] }
              except:
                  as: e
                  steps: [{ out: { return: ["\${sum}", "\${e.tags}", "\${e.branches}"] } }]
`;
    expect(await resultOf(steps)).toEqual([32, ["UnhandledBranchError"], [{ id: "bad", error: "broken" }]]);
});

test("the limits of an execution raise errors", async () => {
    const recursion = "main:\n  - a: { call: main }";
    expect(await resultOf(recursion)).toMatchObject({ tags: ["RecursionError"] });
    const memory = `
- a: { assign: [{ x: "${"x".repeat(1000)}" }] }
- b: { assign: [{ x: "\${x + x}" }] }
- c: { next: b }`;
    expect(await resultOf(memory)).toMatchObject({ tags: ["ResourceLimitError"] });
    const failing = `
main:
    - each:
          for:
              value: n
              range: [1, 20]
              steps:
                  - tried:
                        try: { steps: [{ a: { call: sub, args: { x: "${"x".repeat(40_000)}" } } }] }
                        except: { as: e, steps: [{ b: { assign: [{ last: "\${e}" }] } }] }
    - out: { return: done }
sub:
    params: [x]
    steps: [{ c: { raise: "broken" } }]`;
    expect(await resultOf(failing)).toBe("done");
    expect(await resultOf("- a: { assign: [{ x: 1 }] }\n- b: { next: a }")).toMatchObject({
        message: "ResourceLimitError: the maximum of 100000 executed steps is exceeded",
    });
});

test.each([
    ["call: googleapis.vision.v1.files.annotate", "the function googleapis.vision.v1.files.annotate"],
    ["call: events.await_callback", "the function events.await_callback"],
    [`return: '\${sys.sleep(1)}'`, "the function sys.sleep in an expression"],
    [`return: 'Hello \${sys.now()}'`, "text around an expression"],
    ["{ call: http.get, args: { url: 'https://other.example.com/a' } }", "--route https://other.example.com="],
])("%s is refused, also within try", async (body, reason) => {
    const caught = `- a: { try: { steps: [{ b: ${body.startsWith("{") ? body : `{ ${body} }`} }] }, except: { as: e, steps: [{ c: { return: 1 } }] } }`;
    expect(await resultOf(caught)).toContain(reason);
});

test("a step calls a URL with a token of the account of the workflow, and reads the JSON of the answer", async () => {
    const seen: Inputs[] = [];
    const server = createServer((request, response) => {
        seen.push({ method: request.method, url: request.url, headers: request.headers });
        response.writeHead(201, { "content-type": "application/json" }).end('{"price":12.5}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const steps = `
- ask:
    call: http.post
    args:
        url: https://api.example.com/predict
        auth: { type: OIDC, audience: "https://api.example.com" }
        query: { all: true, id: [1, 2] }
        body: { kilometres: 12.5 }
    result: answer
- out: { return: ["\${answer.code}", "\${answer.body.price}", '\${answer.headers["Content-Type"]}'] }`;
    const { run } = await started(steps, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const { result } = await run();
    server.close();
    expect(JSON.parse(result)).toEqual([201, 12.5, "application/json"]);
    expect(seen).toMatchObject([
        {
            method: "POST",
            url: "/predict?all=true&id=1&id=2",
            headers: { "content-type": "application/json; charset=utf-8" },
        },
    ]);
    const [, claims = ""] = String(seen[0]?.headers.authorization).split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
        email: account,
        aud: "https://api.example.com",
    });
});

test("a failed request is repeated by the policy, and then an HttpError with its code", async () => {
    const retry = (policy: string) => `
- ask:
    try: { call: http.get, args: { url: "https://api.example.com/a" }, result: answer }
    retry: ${policy}
    except: { as: e, steps: [{ caught: { return: ["\${e.code}", "\${e.tags}", "\${e.message}"] } }] }
- out: { return: "\${answer.code}" }`;
    const fast = "max_retries: 2, backoff: { initial_delay: 0.01, max_delay: 0.02, multiplier: 2 }";
    const idempotent = `{ predicate: "\${http.default_retry_predicate}", ${fast} }`;
    const first = await endpoint(503, 502, 200);
    const { run } = await started(retry(idempotent), first.url);
    expect((await run()).result).toBe("200");
    expect(first.arrived).toHaveLength(3);

    const second = await endpoint(503, 502);
    const other = await started(retry(idempotent.replace("predicate}", "predicate_non_idempotent}")), second.url);
    expect(JSON.parse((await other.run()).result)).toEqual([
        502,
        ["HttpError"],
        "HTTP server responded with error code 502",
    ]);
    expect(second.arrived).toHaveLength(2);
});

test("APIs of the local cloud are called with the permissions of the account", async () => {
    const steps = `
- read:
    call: googleapis.secretmanager.v1.projects.secrets.versions.accessString
    args: { project_id: "acme-dev", secret_id: "key" }
    result: secret
- publish:
    call: http.post
    args:
        url: https://pubsub.googleapis.com/v1/projects/acme-dev/topics/sales:publish
        auth: { type: OAuth2 }
        body: { messages: [{ data: "\${base64.encode(text.encode(secret))}" }] }
    result: answer
- out: { return: "\${len(answer.body.messageIds)}" }`;
    const { world, run } = await started(steps);
    world.make("Topic", { name: "sales" });
    world.make("Secret", { secretId: "key", replication: { auto: {} } });
    world.make("SecretVersion", { secret: "projects/acme-dev/secrets/key", secretData: "lemon" });
    const denied = JSON.parse((await run()).error.payload);
    expect(denied).toMatchObject({ code: 403, tags: ["HttpError"], body: { error: { status: "PERMISSION_DENIED" } } });
    const member = `serviceAccount:${account}`;
    world.make("SecretIamMember", { secretId: "key", role: "roles/secretmanager.secretAccessor", member });
    world.make("TopicIAMMember", { topic: "sales", role: "roles/pubsub.publisher", member });
    expect((await run()).result).toBe("1");
});

test("an error that nobody catches has its payload and where it was raised", async () => {
    const { run, emulator } = await started("main:\n  - a: { call: sub }\nsub:\n  - b: { raise: { code: 7 } }");
    expect(await run()).toMatchObject({
        state: "FAILED",
        error: {
            payload: '{"code":7}',
            context: '{"code":7}\nin step "b", routine "sub"\nin step "a", routine "main"',
            stackTrace: {
                elements: [
                    { step: "b", routine: "sub" },
                    { step: "a", routine: "main" },
                ],
            },
        },
    });
    expect(emulator.lines.join("\n")).toMatch(/nightly\/executions\/[\w-]+: failed: \{"code":7\}/);
});

test("executions are listed, read and cancelled by who may", async () => {
    const { world, call, run, ended } = await started(
        `main:\n  params: [i]\n  steps:\n  - a: { call: sys.sleep, args: { seconds: "\${i}" } }`,
    );
    const { name } = await run(0);
    const slow = (await call("POST", `${workflow}/executions`, { argument: "1000" })).body;
    const { executions } = (await call("GET", `${workflow}/executions`)).body;
    expect(executions.map((each: Inputs) => [each.name, each.state, each.argument])).toEqual([
        [slow.name, "ACTIVE", undefined],
        [name, "SUCCEEDED", undefined],
    ]);
    expect((await call("POST", `${slow.name}:cancel`, {})).body.state).toBe("CANCELLED");
    expect((await ended(slow.name)).endTime).toMatch(/Z$/);
    expect((await call("POST", `${slow.name}:cancel`, {})).status).toBe(400);
    expect((await call("GET", `${workflow}/executions/other`)).status).toBe(404);
    expect((await call("POST", `${workflow}/executions`, { argument: "{" })).status).toBe(400);
    expect((await call("POST", `${workflow}s/executions`, {})).status).toBe(404);

    const token = (await call("POST", `projects/-/serviceAccounts/${account}:generateAccessToken`, { scope: ["a"] }))
        .body;
    const headers = { authorization: `Bearer ${token.accessToken}` };
    expect(await call("POST", `${workflow}/executions`, { argument: "0" }, headers)).toMatchObject({ status: 403 });
    world.cloud.iam.grant("acme-dev", "//cloudresourcemanager.googleapis.com/projects/acme-dev", {
        role: "roles/workflows.invoker",
        member: `serviceAccount:${account}`,
    });
    expect((await call("POST", `${workflow}/executions`, { argument: "0" }, headers)).status).toBe(200);
});

test("a job of Cloud Scheduler starts an execution, if its account may", async () => {
    const { world, call, emulator } = await started("- a: { return: 1 }");
    world.make("Job", {
        name: "hourly",
        schedule: "0 * * * *",
        httpTarget: {
            uri: `https://workflowexecutions.googleapis.com/v1/${workflow}/executions`,
            body: Buffer.from("{}").toString("base64"),
            oauthToken: { serviceAccountEmail: account },
        },
    });
    const job = "projects/acme-dev/locations/europe-west1/jobs/hourly";
    await call("POST", `${job}:run`, {});
    await eventually(() =>
        expect(emulator.lines.join("\n")).toMatch(/jobs\/hourly: failed: 403: .*workflows\.executions\.create/),
    );
    world.cloud.iam.grant("acme-dev", "//cloudresourcemanager.googleapis.com/projects/acme-dev", {
        role: "roles/workflows.invoker",
        member: `serviceAccount:${account}`,
    });
    await call("POST", `${job}:run`, {});
    await eventually(async () => {
        const { executions } = (await call("GET", `${workflow}/executions?view=FULL`)).body;
        expect(executions).toMatchObject([{ state: "SUCCEEDED", result: "1" }]);
    });
});

test("sys.log writes an entry if the account may write logs", async () => {
    const { world, run, emulator } = await started("- a: { call: sys.log, args: { text: tea, severity: INFO } }");
    expect((await run()).state).toBe("SUCCEEDED");
    expect(emulator.lines.join("\n")).toContain(`${account} lacks logging.logEntries.create`);
    world.cloud.iam.grant("acme-dev", "//cloudresourcemanager.googleapis.com/projects/acme-dev", {
        role: "roles/logging.logWriter",
        member: `serviceAccount:${account}`,
    });
    const entries: string[] = [];
    emulator.listen((event) => event.kind === "log" && entries.push(`${event.component}: ${event.text}`));
    expect((await run()).state).toBe("SUCCEEDED");
    expect(entries).toEqual(["nightly: tea"]);
});
