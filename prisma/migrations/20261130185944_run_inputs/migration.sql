-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "awaitsInputs" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "RunInput" (
    "runId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "checkpointId" UUID NOT NULL,

    CONSTRAINT "RunInput_pkey" PRIMARY KEY ("runId","key")
);

-- CreateIndex
CREATE INDEX "RunInput_checkpointId_idx" ON "RunInput"("checkpointId");

-- AddForeignKey
ALTER TABLE "RunInput" ADD CONSTRAINT "RunInput_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunInput" ADD CONSTRAINT "RunInput_checkpointId_fkey" FOREIGN KEY ("checkpointId") REFERENCES "Checkpoint"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
