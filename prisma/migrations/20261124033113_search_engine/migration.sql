-- CreateEnum
CREATE TYPE "RunOrigin" AS ENUM ('SAMPLER', 'ENQUEUED');

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "generation" INTEGER,
ADD COLUMN     "knownResults" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "member" INTEGER,
ADD COLUMN     "objectives" DOUBLE PRECISION[] DEFAULT ARRAY[]::DOUBLE PRECISION[],
ADD COLUMN     "origin" "RunOrigin" NOT NULL DEFAULT 'SAMPLER',
ADD COLUMN     "parentRunId" UUID,
ADD COLUMN     "parentStep" INTEGER,
ADD COLUMN     "resultNumber" INTEGER,
ADD COLUMN     "sweepVersion" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Sweep" ADD COLUMN     "awaitsResult" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "budgetAcceleratorHours" DOUBLE PRECISION,
ADD COLUMN     "budgetHours" DOUBLE PRECISION,
ADD COLUMN     "resultCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "stateReason" TEXT;

-- CreateTable
CREATE TABLE "SweepVersion" (
    "sweepId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "changes" TEXT[],
    "note" TEXT,
    "byName" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SweepVersion_pkey" PRIMARY KEY ("sweepId","version")
);

-- CreateTable
CREATE TABLE "StopDecision" (
    "sweepId" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "rule" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "bracket" INTEGER,
    "rung" INTEGER,
    "rungStep" INTEGER,
    "stop" BOOLEAN NOT NULL,
    "value" DOUBLE PRECISION,
    "rank" INTEGER,
    "cutoff" DOUBLE PRECISION,
    "peerCount" INTEGER NOT NULL DEFAULT 0,
    "explanation" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StopDecision_pkey" PRIMARY KEY ("runId","epoch","step")
);

-- CreateIndex
CREATE INDEX "StopDecision_sweepId_bracket_rung_idx" ON "StopDecision"("sweepId", "bracket", "rung");

-- CreateIndex
CREATE INDEX "StopDecision_sweepId_at_idx" ON "StopDecision"("sweepId", "at");

-- CreateIndex
CREATE INDEX "Run_parentRunId_idx" ON "Run"("parentRunId");

-- CreateIndex
CREATE UNIQUE INDEX "Run_sweepId_resultNumber_key" ON "Run"("sweepId", "resultNumber");

-- AddForeignKey
ALTER TABLE "SweepVersion" ADD CONSTRAINT "SweepVersion_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_parentRunId_fkey" FOREIGN KEY ("parentRunId") REFERENCES "Run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StopDecision" ADD CONSTRAINT "StopDecision_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StopDecision" ADD CONSTRAINT "StopDecision_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Definitions that were compiled before get what the grammar has gained, and their first version its row.
update "Sweep" set definition = definition || jsonb_build_object(
  'metrics', case when definition -> 'metric' is null or definition -> 'metric' = 'null'
    then '[]'::jsonb else jsonb_build_array(definition -> 'metric') end,
  'budget', '{"hours": null, "acceleratorHours": null}'::jsonb,
  'exclude', '[]'::jsonb,
  'pbt', null);

insert into "SweepVersion" ("sweepId", version, definition, source, changes, "createdAt")
select id, version, definition, source, '{}', "createdAt" from "Sweep";
