import * as pulumi from "@pulumi/pulumi";
import { AppEngineApp, type AppEngineAppArgs, type Capability, ServerlessFunction } from "slipway";

const services: AppEngineAppArgs["services"] = { default: { source: "./shop" } };
const secret = new pulumi.Config().requireSecret("oauth");

const shop = new AppEngineApp("shop", {
    services,
    dispatch: [{ url: "shop.acme.dev/mobile/*", service: "default" }],
    firewall: {
        default: "deny",
        rules: { 1000: { action: "allow", range: "203.0.113.0/24", description: "the office" } },
    },
    domains: { "shop.acme.dev": {}, "*.acme.dev": { certificate: "12345", override: true } },
    cron: {
        retrain: {
            cron: "0 3 * * *",
            timeZone: "Europe/Berlin",
            path: "/tasks/retrain",
            method: "POST",
            body: { range: pulumi.output(3) },
            headers: { "X-Range": pulumi.output("3") },
            service: "default",
            retries: 3,
            timeout: "10 minutes",
            paused: true,
        },
        nightly: { cron: "every 24 hours", path: "/" },
    },
    queues: {
        mails: {
            rate: 0.5,
            concurrency: 10,
            retries: { max: "unlimited", minBackoff: "10 seconds" },
            logged: 100,
        },
    },
    iap: {
        members: ["group:shop@acme.dev", "domain:acme.dev"],
        oauth2ClientId: pulumi.output("a"),
        oauth2ClientSecret: secret,
    },
});

const enqueuer: Capability | undefined = shop.queues.mails?.enqueuer;
new ServerlessFunction("mailer", {
    source: "./mailer",
    trigger: { http: {} },
    uses: enqueuer ? { MAILS: enqueuer } : {},
});
const address: pulumi.Output<string | undefined> | undefined = shop.domains["shop.acme.dev"]?.resourceRecords.apply(
    ([first]) => first?.rrdata,
);
pulumi.log.info(pulumi.interpolate`${address}`.toString());

new AppEngineApp("old", {
    ...AppEngineApp.fromAppYaml("./old", { services: ["worker"], without: ["error_handlers"] }),
    region: "us-central1",
});

// @ts-expect-error: a rule requires a service.
new AppEngineApp("shop", { services, dispatch: [{ url: "shop.acme.dev/" }] });

// @ts-expect-error: domain and path are one string, as in dispatch.yaml.
new AppEngineApp("shop", { services, dispatch: [{ domain: "shop.acme.dev", path: "/", service: "default" }] });

// @ts-expect-error: actions are lowercase.
new AppEngineApp("shop", { services, firewall: { default: "DENY" } });

// @ts-expect-error: rules are named by priority.
new AppEngineApp("shop", { services, firewall: { rules: { office: { action: "allow", range: "*" } } } });

// @ts-expect-error: an unknown option of domains.
new AppEngineApp("shop", { services, domains: { "shop.acme.dev": { override: "OVERRIDE" } } });

// @ts-expect-error: a job requires a path.
new AppEngineApp("shop", { services, cron: { nightly: { schedule: "0 3 * * *" } } });

// @ts-expect-error: PATCH is not supported for App Engine targets.
new AppEngineApp("shop", { services, cron: { nightly: { schedule: "0 3 * * *", path: "/", method: "PATCH" } } });

// @ts-expect-error: a duration has its unit.
new AppEngineApp("shop", { services, cron: { nightly: { schedule: "0 3 * * *", path: "/", deadline: 60 } } });

// @ts-expect-error: a rate is the number of tasks per second.
new AppEngineApp("shop", { services, queues: { mails: { rate: "5/s" } } });

// @ts-expect-error: the proxy cannot be public.
new AppEngineApp("shop", { services, iap: { members: ["allUsers"] } });

// @ts-expect-error: members are required.
new AppEngineApp("shop", { services, iap: {} });

// @ts-expect-error: the ignored features are a list.
AppEngineApp.fromAppYaml("./old", { without: "error_handlers" });
