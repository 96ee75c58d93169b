-- CreateEnum
CREATE TYPE "Role" AS ENUM ('VIEWER', 'EDITOR', 'ADMIN');

-- CreateEnum
CREATE TYPE "ApiKeyKind" AS ENUM ('USER', 'AGENT');

-- CreateEnum
CREATE TYPE "SweepState" AS ENUM ('RUNNING', 'PAUSED', 'STOPPING', 'FINISHED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "RunState" AS ENUM ('QUEUED', 'RUNNING', 'PAUSED', 'FINISHED', 'PRUNED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "RunCommand" AS ENUM ('CONTINUE', 'PRUNE', 'CANCEL', 'PAUSE');

-- CreateEnum
CREATE TYPE "AttemptOutcome" AS ENUM ('FINISHED', 'PRUNED', 'CANCELLED', 'PAUSED', 'RELEASED', 'FAILED', 'LOST');

-- CreateEnum
CREATE TYPE "AgentIntent" AS ENUM ('RUN', 'DRAIN', 'PAUSE', 'STOP');

-- CreateEnum
CREATE TYPE "SampleKind" AS ENUM ('TRAIN_GRID', 'TEXT_INTERPOLATION', 'NOISE_INTERPOLATION', 'STYLE_TRANSFER', 'REAL', 'RENDER');

-- CreateEnum
CREATE TYPE "ChangeKind" AS ENUM ('SWEEP', 'RUN', 'METRICS', 'SAMPLE', 'AGENT');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInToken" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SignInToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "kind" "ApiKeyKind" NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "role" "Role",
    "userId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Project" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Sweep" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "state" "SweepState" NOT NULL DEFAULT 'RUNNING',
    "definition" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "seed" BIGINT NOT NULL,
    "method" TEXT NOT NULL,
    "metricName" TEXT,
    "metricGoal" TEXT,
    "runCap" INTEGER,
    "concurrency" INTEGER,
    "maxFailures" INTEGER NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "nextRunNumber" INTEGER NOT NULL DEFAULT 1,
    "exhausted" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Sweep_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Run" (
    "id" UUID NOT NULL,
    "sweepId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "assignment" JSONB NOT NULL,
    "assignmentKey" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "leaseEpoch" INTEGER NOT NULL DEFAULT 0,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "leaseTokenHash" TEXT,
    "leaseSlotId" UUID,
    "permit" INTEGER,
    "command" "RunCommand" NOT NULL DEFAULT 'CONTINUE',
    "commandReason" TEXT,
    "notBefore" TIMESTAMPTZ(3),
    "retries" INTEGER NOT NULL DEFAULT 0,
    "step" INTEGER NOT NULL DEFAULT 0,
    "totalSteps" INTEGER,
    "objective" DOUBLE PRECISION,
    "objectiveStep" INTEGER,
    "datasetDigest" TEXT,
    "encoderHash" TEXT,
    "backend" TEXT,
    "codeVersion" TEXT,
    "failureClass" TEXT,
    "failureMessage" TEXT,
    "stopReason" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Attempt" (
    "id" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "agentId" UUID,
    "slotId" UUID,
    "agentName" TEXT NOT NULL,
    "slotIndex" INTEGER NOT NULL,
    "backend" TEXT,
    "device" TEXT,
    "codeVersion" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "outcome" "AttemptOutcome",
    "message" TEXT,
    "resumedFromStep" INTEGER NOT NULL DEFAULT 0,
    "keptThroughStep" INTEGER,

    CONSTRAINT "Attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Agent" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hostname" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "instanceId" TEXT NOT NULL,
    "intent" "AgentIntent" NOT NULL DEFAULT 'RUN',
    "keyId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stoppedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Slot" (
    "id" UUID NOT NULL,
    "agentId" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "backend" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "memoryMb" INTEGER,
    "intent" "AgentIntent" NOT NULL DEFAULT 'RUN',
    "imagesPerSecond" DOUBLE PRECISION,
    "utilisation" DOUBLE PRECISION,
    "memoryUsedMb" DOUBLE PRECISION,
    "temperature" DOUBLE PRECISION,
    "powerWatts" DOUBLE PRECISION,
    "lastError" TEXT,
    "quarantinedAt" TIMESTAMPTZ(3),
    "quarantineReason" TEXT,
    "failuresInARow" INTEGER NOT NULL DEFAULT 0,
    "lastFailedRunId" UUID,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Slot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MetricBatch" (
    "runId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "minStep" INTEGER NOT NULL,
    "maxStep" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "minValue" DOUBLE PRECISION,
    "maxValue" DOUBLE PRECISION,
    "lastValue" DOUBLE PRECISION NOT NULL,
    "lastTime" DOUBLE PRECISION NOT NULL,
    "steps" INTEGER[],
    "values" DOUBLE PRECISION[],
    "times" DOUBLE PRECISION[],

    CONSTRAINT "MetricBatch_pkey" PRIMARY KEY ("runId","key","epoch","sequence")
);

-- CreateTable
CREATE TABLE "RunMetric" (
    "runId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "last" DOUBLE PRECISION NOT NULL,
    "min" DOUBLE PRECISION,
    "max" DOUBLE PRECISION,

    CONSTRAINT "RunMetric_pkey" PRIMARY KEY ("runId","key")
);

-- CreateTable
CREATE TABLE "RunLog" (
    "runId" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "stream" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "RunLog_pkey" PRIMARY KEY ("runId","epoch","sequence")
);

-- CreateTable
CREATE TABLE "Sample" (
    "id" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "kind" "SampleKind" NOT NULL,
    "promptIndex" INTEGER NOT NULL,
    "prompt" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "blobSha" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "superseded" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Sample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Checkpoint" (
    "id" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "superseded" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Checkpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CheckpointFile" (
    "checkpointId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "blobSha" TEXT NOT NULL,

    CONSTRAINT "CheckpointFile_pkey" PRIMARY KEY ("checkpointId","name")
);

-- CreateTable
CREATE TABLE "Blob" (
    "sha256" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "contentType" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Blob_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "Change" (
    "id" BIGSERIAL NOT NULL,
    "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "kind" "ChangeKind" NOT NULL,
    "sweepId" UUID,
    "runId" UUID,
    "agentId" UUID,
    "detail" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_name_key" ON "User"("name");

-- CreateIndex
CREATE UNIQUE INDEX "SignInToken_hash_key" ON "SignInToken"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "Session_hash_key" ON "Session"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "Project_slug_key" ON "Project"("slug");

-- CreateIndex
CREATE INDEX "Sweep_projectId_createdAt_idx" ON "Sweep"("projectId", "createdAt");

-- CreateIndex
CREATE INDEX "Sweep_state_priority_createdAt_idx" ON "Sweep"("state", "priority" DESC, "createdAt");

-- CreateIndex
CREATE INDEX "Run_state_priority_createdAt_idx" ON "Run"("state", "priority" DESC, "createdAt");

-- CreateIndex
CREATE INDEX "Run_state_leaseExpiresAt_idx" ON "Run"("state", "leaseExpiresAt");

-- CreateIndex
CREATE INDEX "Run_sweepId_state_idx" ON "Run"("sweepId", "state");

-- CreateIndex
CREATE INDEX "Run_sweepId_objective_idx" ON "Run"("sweepId", "objective");

-- CreateIndex
CREATE INDEX "Run_updatedAt_idx" ON "Run"("updatedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Run_sweepId_number_key" ON "Run"("sweepId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Run_sweepId_assignmentKey_key" ON "Run"("sweepId", "assignmentKey");

-- CreateIndex
CREATE UNIQUE INDEX "Run_sweepId_permit_key" ON "Run"("sweepId", "permit");

-- CreateIndex
CREATE UNIQUE INDEX "Attempt_runId_epoch_key" ON "Attempt"("runId", "epoch");

-- CreateIndex
CREATE UNIQUE INDEX "Agent_name_key" ON "Agent"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Slot_agentId_index_key" ON "Slot"("agentId", "index");

-- CreateIndex
CREATE INDEX "RunMetric_key_last_idx" ON "RunMetric"("key", "last");

-- CreateIndex
CREATE INDEX "Sample_createdAt_idx" ON "Sample"("createdAt" DESC);

-- CreateIndex
CREATE INDEX "Sample_runId_step_idx" ON "Sample"("runId", "step");

-- CreateIndex
CREATE UNIQUE INDEX "Sample_runId_epoch_step_kind_promptIndex_seed_key" ON "Sample"("runId", "epoch", "step", "kind", "promptIndex", "seed");

-- CreateIndex
CREATE UNIQUE INDEX "Checkpoint_runId_epoch_step_key" ON "Checkpoint"("runId", "epoch", "step");

-- CreateIndex
CREATE INDEX "Change_xid_id_idx" ON "Change"("xid", "id");

-- CreateIndex
CREATE INDEX "Change_at_idx" ON "Change"("at");

-- AddForeignKey
ALTER TABLE "SignInToken" ADD CONSTRAINT "SignInToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sweep" ADD CONSTRAINT "Sweep_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_leaseSlotId_fkey" FOREIGN KEY ("leaseSlotId") REFERENCES "Slot"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Attempt" ADD CONSTRAINT "Attempt_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Agent" ADD CONSTRAINT "Agent_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "ApiKey"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Slot" ADD CONSTRAINT "Slot_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MetricBatch" ADD CONSTRAINT "MetricBatch_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunMetric" ADD CONSTRAINT "RunMetric_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunLog" ADD CONSTRAINT "RunLog_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sample" ADD CONSTRAINT "Sample_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sample" ADD CONSTRAINT "Sample_blobSha_fkey" FOREIGN KEY ("blobSha") REFERENCES "Blob"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Checkpoint" ADD CONSTRAINT "Checkpoint_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckpointFile" ADD CONSTRAINT "CheckpointFile_checkpointId_fkey" FOREIGN KEY ("checkpointId") REFERENCES "Checkpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckpointFile" ADD CONSTRAINT "CheckpointFile_blobSha_fkey" FOREIGN KEY ("blobSha") REFERENCES "Blob"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;
