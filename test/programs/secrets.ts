import * as pulumi from "@pulumi/pulumi";
import { allow, CloudRunService, Secret } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const a = new Secret("a", { value: pulumi.secret("x") });
const b = new Secret("b", { generate: { length: 20, characters: "abcdefghijkl" } });
const c = new Secret("c", { generate: {}, expiration: { at: "2030-01-01T00:00:00Z" } });
new CloudRunService("w", { image, uses: { A: a.reader, B: b.reader } });
allow(c.reader, "user:ana@acme.com", { until: "2027-06-30" });
