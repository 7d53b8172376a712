import { Deployment } from "../../deploy/deployment";
import { folderOf } from "../../unit/folders";

const program = `"use strict";
const { AppEngineApp } = require("slipway");
const shop = new AppEngineApp("shop", {
    ...AppEngineApp.fromAppYaml("./shop", { services: ["worker"] }),
    firewall: { default: "deny", rules: { 1000: { action: "allow", range: "203.0.113.0/24" } } },
    domains: { "shop.acme.dev": {} },
    iap: { members: ["domain:acme.dev"] },
});
exports.records = shop.domains["shop.acme.dev"].resourceRecords;
`;

const files = {
    "Pulumi.yaml": "name: around\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-around\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "around", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
    "shop/app.yaml":
        "runtime: python313\nhandlers:\n- url: /static\n  static_dir: static\n- url: /.*\n  script: auto\n",
    // The .gcloudignore is not part of a version, and neither is another service.
    "shop/.gcloudignore": "*.yaml\nworker\n",
    "shop/main.py": "app = None\n",
    "shop/static/a.css": "",
    "shop/cron.yaml": "cron:\n- url: /tasks/sum\n  schedule: every 24 hours\n  target: worker\n",
    "shop/dispatch.yaml": 'dispatch:\n- url: "*/work/*"\n  service: worker\n',
    "shop/queue.yaml": "queue:\n- name: mails\n  rate: 5/s\n  retry_parameters:\n    task_retry_limit: 3\n",
    "shop/worker/app.yaml": "service: worker\nruntime: python313\nmanual_scaling:\n  instances: 1\n",
    "shop/worker/main.py": "app = None\n",
};

/** The resources beside the services, by type. */
const around = /^(ApplicationUrlDispatchRules|FirewallRule|DomainMapping|Job|Queue|WebTypeAppEngingIamMember)$/;

const app = "apps/acme-around";
const place = "projects/acme-around/locations/europe-west1";
const everything = [
    "ApplicationUrlDispatchRules acme-around",
    `DomainMapping ${app}/domainMappings/shop.acme.dev`,
    `FirewallRule ${app}/firewall/ingressRules/1000`,
    `FirewallRule ${app}/firewall/ingressRules/2147483645`,
    `FirewallRule ${app}/firewall/ingressRules/2147483646`,
    `Job ${place}/jobs/shop-tasks-sum`,
    `Queue ${place}/queues/mails`,
    "WebTypeAppEngingIamMember projects/acme-around/iap_web/appengine-acme-around/roles/iap.httpsResourceAccessor/domain:acme.dev",
];

describe("the resources beside an application's services", () => {
    const deployment = new Deployment(folderOf(files));
    afterAll(() => deployment.remove());
    const edit = (file: string, from: string | RegExp, to: string) =>
        deployment.edit(file, (text) => text.replace(from, to));
    const made = () =>
        deployment
            .existing()
            .filter((each) => around.test(each.split(" ")[0] as string))
            .sort();

    test("are created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(made()).toEqual(everything);
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        const { records } = (await deployment.outputs("dev")) as unknown as { records: object[] };
        expect(records).toEqual(expect.arrayContaining([expect.objectContaining({ rrdata: expect.any(String) })]));
    });

    test("are updated, and replaced only if the API requires it", async () => {
        edit("shop/cron.yaml", "every 24 hours", "every monday 09:00");
        edit("shop/dispatch.yaml", "*/work/*", "*/works/*");
        edit("shop/queue.yaml", "5/s", "10/s");
        edit("index.js", 'range: "203.0.113.0/24"', 'range: "198.51.100.0/24"');
        edit("index.js", "{} }", '{ certificate: "none" } }');
        edit("index.js", "domain:acme.dev", "group:shop@acme.dev");
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "create WebTypeAppEngingIamMember shop-iap-group-shop@acme.dev",
            "delete WebTypeAppEngingIamMember shop-iap-domain-acme.dev",
            "update ApplicationUrlDispatchRules shop-dispatch",
            "update DomainMapping shop-shop.acme.dev",
            "update FirewallRule shop-firewall-1000",
            "update Job shop-tasks-sum",
            "update Queue shop-mails",
        ]);
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("add no firewall rules for Cloud Scheduler and Cloud Tasks after their removal", async () => {
        edit("shop/cron.yaml", /cron:[\s\S]*/, "cron: []\n");
        edit("shop/queue.yaml", /queue:[\s\S]*/, "queue: []\n");
        expect(await deployment.upAsPreviewed("dev")).toEqual(
            expect.arrayContaining([
                "delete FirewallRule shop-firewall-2147483645",
                "delete Job shop-tasks-sum",
                "delete Queue shop-mails",
            ]),
        );
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("are deleted with the stack, and leave the application open as before", async () => {
        await deployment.destroy("dev");
        expect(made()).toEqual([]);
    });
});
