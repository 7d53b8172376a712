import { readFileSync } from "node:fs";
import { Network } from "slipway";
import type { Example } from "./example";

const given = () => {
    new Network("vpc");
};

export const examples: Example[] = [
    {
        title: "Minimal open firewall",
        hcl: 174,
        kind: "components",
        given,
        program: () => {
            const sources = { ranges: ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"] };
            Network.existing("vpc", {
                iapSsh: { tags: ["ssh"] },
                firewall: {
                    admins: { allow: ["all"], sources: { ranges: ["10.0.0.0/8"] } },
                    http: { allow: ["tcp:80"], sources, targets: { tags: ["http-server"] } },
                    https: { allow: ["tcp:443"], sources, targets: { tags: ["https-server"] } },
                },
            });
        },
    },
    {
        title: "Custom rules",
        hcl: 829,
        kind: "components",
        given,
        program: () => {
            const sources = { ranges: ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"] };
            Network.existing("vpc", {
                iapSsh: { tags: ["ssh"] },
                firewall: {
                    admins: { allow: ["all"], sources: { ranges: ["10.0.0.0/8"] } },
                    http: { allow: ["tcp:80"], sources, targets: { tags: ["http-server"] } },
                    https: { allow: ["tcp:443"], sources, targets: { tags: ["https-server"] } },
                    "allow-egress-rfc1918": {
                        description: "Allow egress to RFC 1918 ranges.",
                        allow: ["all"],
                        destinations: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
                    },
                    "allow-egress-tag": {
                        description: "Allow egress from a specific tag to 0/0.",
                        allow: ["all"],
                        destinations: ["0.0.0.0/0"],
                        targets: { tags: ["target-tag"] },
                    },
                    "deny-egress-all": {
                        description: "Block egress.",
                        deny: ["all"],
                        destinations: ["0.0.0.0/0"],
                    },
                    "allow-ingress-ntp": {
                        description: "Allow NTP service based on tag.",
                        allow: ["udp:123"],
                        sources: { ranges: ["0.0.0.0/0"] },
                        public: true,
                        targets: { tags: ["ntp-svc"] },
                    },
                    "allow-ingress-tag": {
                        description: "Allow ingress from a specific tag.",
                        allow: ["all"],
                        sources: { tags: ["client-tag"] },
                        targets: { tags: ["target-tag"] },
                    },
                },
            });
        },
    },
    {
        title: "Overriding default tags and ranges",
        hcl: 199,
        kind: "components",
        given,
        program: () => {
            const sources = { ranges: ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"] };
            Network.existing("vpc", {
                firewall: {
                    ssh: {
                        allow: ["tcp:22"],
                        sources: { ranges: ["10.0.0.0/8"] },
                        targets: { tags: ["ssh-default"] },
                    },
                    http: { allow: ["tcp:80"], sources, targets: { tags: ["http-server"] } },
                    https: { allow: ["tcp:443"], sources, targets: { tags: ["https-server"] } },
                },
            });
        },
    },
    {
        title: "Disabling predefined rules",
        hcl: 160,
        kind: "components",
        given,
        program: () => {
            const sources = { ranges: ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"] };
            Network.existing("vpc", {
                firewall: {
                    http: { allow: ["tcp:80"], sources, targets: { tags: ["http-server"] } },
                    https: { allow: ["tcp:443"], sources, targets: { tags: ["https-server"] } },
                },
            });
        },
    },
    {
        title: "Disabling predefined rules (2)",
        hcl: 160,
        kind: "components",
        given,
        program: () => {
            // No rule is predefined.
            Network.existing("vpc");
        },
    },
    {
        title: "Including source and destination ranges",
        hcl: 599,
        kind: "components",
        given,
        program: () => {
            const near = ["10.132.0.0/20", "10.138.0.0/20"];
            const far = ["172.16.0.0/12"];
            Network.existing("vpc", {
                firewall: {
                    "deny-egress": {
                        description: "Deny egress using source and destination ranges",
                        deny: ["all"],
                        direction: "egress",
                        sources: { ranges: near },
                        destinations: far,
                    },
                    "allow-ingress": {
                        description: "Allow ingress using source and destination ranges",
                        allow: ["all"],
                        sources: { ranges: far },
                        destinations: near,
                    },
                },
            });
        },
    },
    {
        title: "Rules Factory",
        hcl: 269,
        kind: "components",
        given,
        program: () => {
            const firewall = JSON.parse(readFileSync("./files/firewall.json", "utf8"));
            Network.existing("vpc", { firewall });
        },
    },
    {
        title: "Rules Factory (2)",
        hcl: 334,
        kind: "components",
        given,
        program: () => {
            const ranges = ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"];
            const { "allow-healthchecks": health, ...others } = JSON.parse(
                readFileSync("./files/firewall.json", "utf8"),
            );
            const firewall = { ...others, "allow-healthchecks": { ...health, sources: { ranges } } };
            Network.existing("vpc", { firewall });
        },
    },
];
