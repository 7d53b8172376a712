import { CloudRunService, PubSubSubscription, PubSubTopic, Schedule } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const t = new PubSubTopic("ttt");
const web = new CloudRunService("web", { image });
new PubSubSubscription("aaa", { topic: t, push: web });
new PubSubSubscription("bbb", { topic: t, push: { to: web } });
new Schedule("u", {
    cron: "0 * * * *",
    call: { url: "https://api.example.com/x", method: "PUT", body: { a: 1 }, headers: { "X-A": "b" } },
    retries: { max: 5, minBackoff: "5 seconds", maxBackoff: "1 hour", maxDoublings: 5 },
    timeout: "30 minutes",
    paused: true,
});
new Schedule("v", { cron: "every monday 09:00", call: { invoke: web, path: "/x", method: "GET" } });
