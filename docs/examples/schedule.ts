import { PubSubTopic, Schedule, ServerlessFunction } from "slipway";

const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
const ticks = new PubSubTopic("ticks");

new Schedule("nightly", { cron: "0 3 * * MON-FRI", timeZone: "Europe/Berlin", call: predict, retries: 3 });
new Schedule("tick", { cron: "*/5 * * * *", topic: ticks, message: { source: "schedule" } });
