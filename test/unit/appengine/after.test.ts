import { Account } from "@pulumi/gcp/serviceaccount/account";
import type { Resource } from "@pulumi/pulumi";
import { cronJobs } from "../../../lib/appengine/calls/cron";
import { taskQueues } from "../../../lib/appengine/calls/queues";
import { dispatchRules } from "../../../lib/appengine/entry/dispatch";
import { domainMappings } from "../../../lib/appengine/entry/domains";
import { firewallRules } from "../../../lib/appengine/entry/firewall";
import { grantIapAccess } from "../../../lib/appengine/entry/iap";
import type { Environment } from "../../../lib/environment";
import type { Child } from "../../../lib/internal/engine/children";
import { made } from "./around";

const region = "europe-west1";
const parts: [string, (child: Child, after: Resource[], environment: Environment) => unknown][] = [
    [
        "ApplicationUrlDispatchRules shop-dispatch",
        (child, after) => dispatchRules("shop", [{ url: "*/a", service: "web" }], child, after),
    ],
    [
        "FirewallRule shop-firewall-2147483646",
        (child, after) => firewallRules("shop", { default: "deny" }, false, child, after),
    ],
    ["DomainMapping shop-acme.dev", (child, after) => domainMappings("shop", { "acme.dev": {} }, child, after)],
    [
        "Job shop-nightly",
        (child, after, environment) => {
            return cronJobs(
                "shop",
                { nightly: { cron: "0 3 * * *", path: "/" } },
                environment,
                { region, after },
                child,
            );
        },
    ],
    [
        "Queue shop-mails",
        (child, after, environment) => taskQueues("shop", { mails: {} }, environment, { region, after }, child),
    ],
    [
        "WebTypeAppEngingIamMember shop-iap-domain-acme.dev",
        (child, after, environment) =>
            grantIapAccess("shop", { members: ["domain:acme.dev"] }, environment, child, after),
    ],
];

test.each(parts)("%s waits for its dependencies", async (key, make) => {
    const { options } = await made((child, environment) => {
        make(child, [new Account(...child("service", "service", { accountId: "service" }))], environment);
    });
    expect(options[key]).toMatchObject({ after: expect.arrayContaining(["Account service"]) });
});
