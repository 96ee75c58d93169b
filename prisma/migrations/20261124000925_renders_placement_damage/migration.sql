-- CreateEnum
CREATE TYPE "RenderKind" AS ENUM ('CAPTIONS', 'TEXT_INTERPOLATION', 'NOISE_INTERPOLATION', 'STYLE_TRANSFER');

-- CreateEnum
CREATE TYPE "RenderState" AS ENUM ('QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'CANCELLED');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "ChangeKind" ADD VALUE 'LOGS';
ALTER TYPE "ChangeKind" ADD VALUE 'RENDER';

-- DropIndex
DROP INDEX "Sample_runId_epoch_step_kind_promptIndex_seed_key";

-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "allowsCommand" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Attempt" ADD COLUMN     "checkpointId" UUID,
ADD COLUMN     "failureClass" TEXT,
ADD COLUMN     "peakMemoryMb" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "Checkpoint" ADD COLUMN     "damageReason" TEXT,
ADD COLUMN     "damagedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "peakMemoryMb" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "Sample" ADD COLUMN     "renderId" UUID,
ADD COLUMN     "renderNumber" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Slot" ADD COLUMN     "datasets" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "memoryLimitMb" INTEGER;

-- AlterTable
ALTER TABLE "Sweep" ADD COLUMN     "requires" JSONB;

-- CreateTable
CREATE TABLE "Render" (
    "id" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "checkpointId" UUID,
    "epoch" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "kind" "RenderKind" NOT NULL,
    "request" JSONB NOT NULL,
    "state" "RenderState" NOT NULL DEFAULT 'QUEUED',
    "leaseEpoch" INTEGER NOT NULL DEFAULT 0,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "leaseTokenHash" TEXT,
    "leaseAgentId" UUID,
    "agentName" TEXT,
    "failureClass" TEXT,
    "failureMessage" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Render_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuthFailure" (
    "address" TEXT NOT NULL,
    "windowStart" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "AuthFailure_pkey" PRIMARY KEY ("address")
);

-- CreateIndex
CREATE INDEX "Render_state_createdAt_idx" ON "Render"("state", "createdAt");

-- CreateIndex
CREATE INDEX "Render_checkpointId_idx" ON "Render"("checkpointId");

-- CreateIndex
CREATE UNIQUE INDEX "Render_runId_number_key" ON "Render"("runId", "number");

-- CreateIndex
CREATE INDEX "Sample_renderId_idx" ON "Sample"("renderId");

-- CreateIndex
CREATE UNIQUE INDEX "Sample_runId_epoch_step_kind_promptIndex_seed_renderNumber_key" ON "Sample"("runId", "epoch", "step", "kind", "promptIndex", "seed", "renderNumber");

-- AddForeignKey
ALTER TABLE "Sample" ADD CONSTRAINT "Sample_renderId_fkey" FOREIGN KEY ("renderId") REFERENCES "Render"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Render" ADD CONSTRAINT "Render_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Render" ADD CONSTRAINT "Render_checkpointId_fkey" FOREIGN KEY ("checkpointId") REFERENCES "Checkpoint"("id") ON DELETE SET NULL ON UPDATE CASCADE;
