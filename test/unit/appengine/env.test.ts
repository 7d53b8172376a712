import * as pulumi from "@pulumi/pulumi";
import { type ServiceArgs, serviceChecks } from "../../../lib/appengine/service/serviceArgs";
import * as check from "../../../lib/internal/arguments/check";
import { filesOf } from "../../../lib/internal/sources/listing";
import { folderOf } from "../folders";
import { problemsIn } from "../registered";
import { flask, image, problemsOfFlexible, problemsOfStandard } from "./service";

/** The errors of both types of services for their common arguments. */
function errors(given: object): (string | undefined)[] {
    const source = folderOf(flask);
    const problems = [
        (args: ServiceArgs) => problemsOfStandard({ source, ...args }, filesOf(source)),
        (args: ServiceArgs) => problemsOfFlexible({ flexible: true, image, ...args }, []),
    ];
    return problems.map((together) => {
        try {
            check.checked('Service "it"', given as ServiceArgs, check.options<ServiceArgs>(serviceChecks), together);
            return undefined;
        } catch (error) {
            expect((error as Error).message).not.toContain("canary");
            return problemsIn(error as Error).replaceAll(/^Service "it": /gm, "");
        }
    });
}

const own = (name: string) => `is set by App Engine itself (got "${name}"). Choose another name.`;

// Variables.
const refusals: [string, object, string][] = [
    [
        "a variable with a hyphen",
        { env: { "LOG-LEVEL": "info" } },
        'env.LOG-LEVEL: an environment variable\'s name must have only letters, digits and _, and not start with a digit (got "LOG-LEVEL").',
    ],
    ["the port", { env: { PORT: "80" } }, `env.PORT: ${own("PORT")}`],
    ["a name that begins with GAE", { env: { GAE_ENV: "a" } }, `env.GAE_ENV: ${own("GAE_ENV")}`],
    ["the project", { env: { GOOGLE_CLOUD_PROJECT: "a" } }, `env.GOOGLE_CLOUD_PROJECT: ${own("GOOGLE_CLOUD_PROJECT")}`],
    ["a variable that is not a string", { env: { LEVEL: 1 } }, "env.LEVEL: must be a string (got 1)."],
    [
        "secrets in plain text",
        { env: { API_KEY: "canary", DB_PASSWORD: "canary", LEVEL: "info" } },
        "env.API_KEY: [appengine/secret-in-env]\nenv.DB_PASSWORD: [appengine/secret-in-env]",
    ],
    [
        "an unknown ingress",
        { ingress: "internal-only" },
        'ingress: must be one of internal, load-balancer, all (got "internal-only").',
    ],
];

test.each(refusals)("%s is refused in both environments", (_, given, expected) => {
    expect(errors(given)).toEqual([expected, expected]);
});

test.each([
    { env: { LEVEL: "info", GAME: "chess", KEYS: "a", _A1: pulumi.output("b") } },
    { env: { API_KEY: pulumi.secret("a") } },
    { ingress: "load-balancer" },
    {},
])("%j is accepted in both environments", (given) => {
    expect(errors(given)).toEqual([undefined, undefined]);
});
