-- AlterTable
ALTER TABLE "Blob" ADD COLUMN     "lastPutAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "CheckpointFile_blobSha_idx" ON "CheckpointFile"("blobSha");

-- CreateIndex
CREATE INDEX "Sample_blobSha_idx" ON "Sample"("blobSha");
