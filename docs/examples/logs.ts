import { BigQueryDataset, LogExclusion, LogMetric, LogSink, StorageBucket } from "slipway";

new LogSink("audit", { to: new StorageBucket("archive"), filter: 'logName:"cloudaudit.googleapis.com"' });
new LogSink("warnings", {
    to: new BigQueryDataset("logs"),
    filter: "severity>=WARNING",
    exclusions: { probes: 'httpRequest.requestUrl:"/health"' },
});

new LogExclusion("probes", { filter: 'httpRequest.requestUrl:"/health" AND severity<ERROR' });

new LogMetric("rejections", {
    filter: 'jsonPayload.event="rejected"',
    labels: { reason: "jsonPayload.reason" },
});
