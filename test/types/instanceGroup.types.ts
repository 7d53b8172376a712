import { AutoscaledInstanceGroup } from "slipway";

new AutoscaledInstanceGroup("bare");
new AutoscaledInstanceGroup("scaled", {
    scaling: {
        cpu: 80,
        predictive: true,
        schedules: { christmas: { from: "2026-12-20", to: "2027-01-02", timeZone: "Europe/Berlin", min: 5 } },
        scaleIn: { atMost: 1, every: "10 minutes" },
    },
});
new AutoscaledInstanceGroup("fixed", { scaling: 3, disks: { data: {} }, statefulDisks: { data: "keep" } });

// @ts-expect-error the number of instances is scaling
new AutoscaledInstanceGroup("size", { size: 3 });
// @ts-expect-error Google Cloud does not scale groups with stateful disks
new AutoscaledInstanceGroup("stateful", { scaling: {}, statefulDisks: { data: "keep" } });
// @ts-expect-error nor without scaling of its own
new AutoscaledInstanceGroup("stateful", { statefulDisks: { data: "keep" } });
// @ts-expect-error the size is never sent
new AutoscaledInstanceGroup("target", { targetSize: 3 });
const dates = { from: "2026-12-20", to: "2026-12-21" };
// @ts-expect-error a schedule has dates or cron
new AutoscaledInstanceGroup("schedule", { scaling: { schedules: { a: { ...dates, cron: "0 8 * * *", min: 2 } } } });
const metric = { metric: "custom.googleapis.com/a", resource: "global" };
// @ts-expect-error a metric has a target or work
new AutoscaledInstanceGroup("metric", { scaling: { metrics: [{ ...metric, target: 1, perInstance: 1 }] } });
// @ts-expect-error there is no such shape
new AutoscaledInstanceGroup("shape", { shape: "SINGLE" });
// @ts-expect-error a share is a number or a percentage
new AutoscaledInstanceGroup("surge", { update: { surge: "some" } });
